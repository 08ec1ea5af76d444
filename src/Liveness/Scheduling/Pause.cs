namespace Liveness;

/// <summary>One interval in which this process could not run.</summary>
internal readonly record struct Pause(Instant Start, Instant End)
{
    public TimeSpan Length => End - Start;
}
