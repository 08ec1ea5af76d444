namespace Liveness;

/// <summary>The beats of the peer: which rules they keep, and what the newest says. Section 5 of PROTOCOL.md.</summary>
/// <remarks>A part of its machine, under the lock of that machine's owner; a struct, for every connection has one.</remarks>
internal struct HeardBeats
{
    private BeatFrame _newest;

    /// <summary>Meaningful once one was received.</summary>
    public readonly BeatFrame Newest => _newest;

    public bool HasAny { get; private set; }

    /// <summary>Wraps.</summary>
    public uint Count { get; private set; }

    /// <summary>When the newest came.</summary>
    public Instant NewestAt { get; private set; }

    /// <summary>The newest brings another count of what the peer has received than the one before.</summary>
    public readonly bool IsProgress(in BeatFrame beat) => !HasAny || beat.Received != _newest.Received;

    /// <summary>So far behind says the peer that it is.</summary>
    public readonly TimeSpan Lag => TimeSpan.FromMilliseconds(_newest.LagMilliseconds);

    /// <summary>For so long says the peer that it has heard nothing.</summary>
    public readonly TimeSpan HeardAgo => TimeSpan.FromMilliseconds(_newest.HeardAgoMilliseconds);

    /// <summary>For our next beat: how long the newest has waited for its echo, in microseconds.</summary>
    public readonly uint EchoDelay(Instant now) =>
        HasAny ? BeatFrame.Saturate((now - NewestAt).TotalMicroseconds, BeatFrame.NoEcho - 1) : BeatFrame.NoEcho;

    public void Take(in BeatFrame beat, Instant now)
    {
        _newest = beat;
        NewestAt = now;
        HasAny = true;
        Count = unchecked(Count + 1);
    }

    /// <param name="beat">The next one.</param>
    /// <param name="counts">Our own counts, that the peer's may not exceed.</param>
    /// <param name="sent">Our own beats, that it may echo.</param>
    /// <param name="ratesSent">Our own wishes, that it may confirm.</param>
    /// <returns>The rule that it breaks, or none.</returns>
    public readonly ProtocolRule Check(in BeatFrame beat, in StreamCounts counts, in SentBeats sent, uint ratesSent)
    {
        if (HasAny && beat.Sequence != unchecked(_newest.Sequence + 1))
        {
            return ProtocolRule.SequenceNotNext;
        }

        if (beat.HasEcho && !sent.WasSent(beat.EchoSequence))
        {
            return ProtocolRule.EchoNeverSent;
        }

        if (beat.HasEcho ? sent.IsRegress(beat.EchoSequence) : HasAny && _newest.HasEcho)
        {
            return ProtocolRule.EchoRegressed;
        }

        if (HasAny && (beat.Received < _newest.Received || beat.Consumed < _newest.Consumed))
        {
            return ProtocolRule.CountRegressed;
        }

        if (beat.Received > counts.Sent)
        {
            return ProtocolRule.CountBeyondSent;
        }

        if (beat.Consumed > beat.Received)
        {
            return ProtocolRule.ConsumedBeyondReceived;
        }

        if (beat.RateGeneration > ratesSent)
        {
            return ProtocolRule.GenerationNeverSent;
        }

        return HasAny && beat.RateGeneration < _newest.RateGeneration ? ProtocolRule.GenerationRegressed : ProtocolRule.None;
    }
}
