namespace Liveness.Testing;

/// <summary>One consistent set of the values of a <see cref="LinkConditions"/>.</summary>
internal sealed record LinkSettings
{
    public TimeSpan Delay { get; init; }

    public TimeSpan Jitter { get; init; }

    public long? BytesPerSecond { get; init; }

    public int BufferSize { get; init; } = LinkConditions.DefaultBufferSize;

    public bool IsCut { get; init; }

    public bool CutAcknowledges { get; init; }

    public bool IsStalled { get; init; }
}
