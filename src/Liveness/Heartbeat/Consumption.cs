namespace Liveness;

/// <summary>Whether received data lies untaken, at either end: a condition, never a loss.</summary>
/// <remarks>A part of its machine, under the lock of that machine's owner; a struct, for every connection has one.</remarks>
internal struct Consumption
{
    private readonly TimeSpan _stalledAfter;
    private ConsumptionWatch _own;
    private ConsumptionWatch _peer;

    /// <param name="stalledAfter"><see cref="Timeout.InfiniteTimeSpan"/> = never.</param>
    public Consumption(TimeSpan stalledAfter) =>
        _stalledAfter = stalledAfter == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : stalledAfter;

    public void OnOwn(in StreamCounts counts, Instant now) => _own.Observe(counts.Received, counts.Consumed, now);

    public void OnPeer(in BeatFrame beat, Instant now) => _peer.Observe(beat.Received, beat.Consumed, now);

    /// <param name="timing">A peer that is asked for no beats would be held to its last word for ever.</param>
    public readonly ConnectionConditions Conditions(Instant now, HeartbeatTiming timing) =>
        (_own.IsStalled(now, _stalledAfter) ? ConnectionConditions.WeAreBehind : ConnectionConditions.None)
        | (Reports(timing) && _peer.IsStalled(now, _stalledAfter) ? ConnectionConditions.PeerNotConsuming : ConnectionConditions.None);

    /// <summary>When it has to be looked at; what is reported already needs no second look.</summary>
    public readonly Instant NextLook(ConnectionConditions reported, HeartbeatTiming timing)
    {
        bool peerIsReported = (reported & ConnectionConditions.PeerNotConsuming) != 0 || !Reports(timing);
        bool weAreReported = (reported & ConnectionConditions.WeAreBehind) != 0;
        return Instant.Min(
            peerIsReported ? Instant.Never : _peer.StalledAt(_stalledAfter),
            weAreReported ? Instant.Never : _own.StalledAt(_stalledAfter));
    }

    private static bool Reports(HeartbeatTiming timing) => timing.Bound != TimeSpan.MaxValue;
}
