namespace Liveness.NetworkTests.Peer;

/// <summary>How a connection has fared so far, by looking at it many times a second from a thread that needs no pool.</summary>
internal sealed record ConnectionStatus
{
    public LivenessState State { get; init; }

    /// <summary>Every condition that was ever seen.</summary>
    public ConnectionConditions ConditionsSeen { get; init; }

    public bool SuspectSeen { get; init; }

    /// <summary>When the kernel received the last byte, by the clock of <see cref="PeerEvent.At"/>.</summary>
    public long LastByteAt { get; init; }

    /// <summary>The longest time without a received byte, by the kernel.</summary>
    public TimeSpan LongestSilence { get; init; }

    public long BytesSent { get; init; }

    public long BytesReceived { get; init; }

    /// <summary>A byte came that was not the one that was sent there.</summary>
    public bool IsCorrupt { get; init; }

    public TimeSpan? Bound { get; init; }

    /// <inheritdoc cref="ConnectionSnapshot.PathChanges"/>
    public long? PathChanges { get; init; }
}
