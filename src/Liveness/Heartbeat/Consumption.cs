namespace Liveness;

/// <summary>Whether received data lies untaken, at either end: a condition, never a loss.</summary>
/// <remarks>A part of its machine, under the lock of that machine's owner; a struct, for every connection has one.</remarks>
internal struct Consumption
{
    /// <summary>Null as long as nothing has ever lain untaken at either end: an idle connection needs none.</summary>
    private BothEnds? _ends;

    public void OnOwn(in StreamCounts counts, Instant now)
    {
        if (_ends is not null || counts.Consumed < counts.Received)
        {
            Ends.Own.Observe(counts.Received, counts.Consumed, now);
        }
    }

    public void OnPeer(in BeatFrame beat, Instant now)
    {
        if (_ends is not null || beat.Consumed < beat.Received)
        {
            Ends.Peer.Observe(beat.Received, beat.Consumed, now);
        }
    }

    /// <param name="now">The present.</param>
    /// <param name="stalledAfter"><see cref="Timeout.InfiniteTimeSpan"/> = never.</param>
    /// <param name="timing">A peer that is asked for no beats would be held to its last word for ever.</param>
    public readonly ConnectionConditions Conditions(Instant now, TimeSpan stalledAfter, HeartbeatTiming timing)
    {
        if (_ends is not { } ends)
        {
            return ConnectionConditions.None;
        }

        TimeSpan after = Patience(stalledAfter);
        return (ends.Own.IsStalled(now, after) ? ConnectionConditions.WeAreBehind : ConnectionConditions.None)
            | (Reports(timing) && ends.Peer.IsStalled(now, after) ? ConnectionConditions.PeerNotConsuming : ConnectionConditions.None);
    }

    /// <summary>When it has to be looked at; what is reported already needs no second look.</summary>
    public readonly Instant NextLook(ConnectionConditions reported, TimeSpan stalledAfter, HeartbeatTiming timing)
    {
        if (_ends is not { } ends)
        {
            return Instant.Never;
        }

        TimeSpan after = Patience(stalledAfter);
        bool peerIsReported = (reported & ConnectionConditions.PeerNotConsuming) != 0 || !Reports(timing);
        bool weAreReported = (reported & ConnectionConditions.WeAreBehind) != 0;
        return Instant.Min(
            peerIsReported ? Instant.Never : ends.Peer.StalledAt(after),
            weAreReported ? Instant.Never : ends.Own.StalledAt(after));
    }

    private BothEnds Ends => _ends ??= new BothEnds();

    private static TimeSpan Patience(TimeSpan stalledAfter) =>
        stalledAfter == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : stalledAfter;

    private static bool Reports(HeartbeatTiming timing) => timing.Bound != TimeSpan.MaxValue;

    /// <summary>Kept once it is made: whoever is behind once is so again.</summary>
    private sealed class BothEnds
    {
        public ConsumptionWatch Own;
        public ConsumptionWatch Peer;
    }
}
