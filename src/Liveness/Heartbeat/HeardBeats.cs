using System.Runtime.InteropServices;

namespace Liveness;

/// <summary>The beats of the peer: which rules they keep, and what the newest says. Section 5 of PROTOCOL.md.</summary>
/// <remarks>A part of its machine, under the lock of that machine's owner; a struct, for every connection has one.</remarks>
[StructLayout(LayoutKind.Auto)]
internal struct HeardBeats
{
    private bool _hasEcho;

    /// <summary>Of the newest; meaningful once one was received, as all that is said of it.</summary>
    public uint Sequence { get; private set; }

    /// <summary>DATA bytes that the peer has received.</summary>
    public ulong Received { get; private set; }

    /// <summary>DATA bytes that its application has taken.</summary>
    public ulong Consumed { get; private set; }

    public uint HeardAgoMilliseconds { get; private set; }

    public ushort LagMilliseconds { get; private set; }

    public bool HasAny { get; private set; }

    /// <summary>Wraps.</summary>
    public uint Count { get; private set; }

    /// <summary>When the newest came.</summary>
    public Instant NewestAt { get; private set; }

    /// <summary>The newest brings another count of what the peer has received than the one before.</summary>
    public readonly bool IsProgress(in BeatFrame beat) => !HasAny || beat.Received != Received;

    /// <summary>So far behind says the peer that it is.</summary>
    public readonly TimeSpan Lag => TimeSpan.FromMilliseconds(LagMilliseconds);

    /// <summary>For so long says the peer that it has heard nothing.</summary>
    public readonly TimeSpan HeardAgo => TimeSpan.FromMilliseconds(HeardAgoMilliseconds);

    /// <summary>For our next beat: how long the newest has waited for its echo, in microseconds.</summary>
    public readonly uint EchoDelay(Instant now) =>
        HasAny ? BeatFrame.Saturate((now - NewestAt).TotalMicroseconds, BeatFrame.NoEcho - 1) : BeatFrame.NoEcho;

    public void Take(in BeatFrame beat, Instant now)
    {
        Sequence = beat.Sequence;
        Received = beat.Received;
        Consumed = beat.Consumed;
        HeardAgoMilliseconds = beat.HeardAgoMilliseconds;
        LagMilliseconds = beat.LagMilliseconds;
        _hasEcho = beat.HasEcho;
        NewestAt = now;
        HasAny = true;
        Count = unchecked(Count + 1);
    }

    /// <param name="beat">The next one.</param>
    /// <param name="counts">Our own counts, that the peer's may not exceed.</param>
    /// <param name="sent">Our own beats, that it may echo.</param>
    /// <param name="rates">Our own wishes, that it may confirm.</param>
    /// <returns>The rule that it breaks, or none.</returns>
    public readonly ProtocolRule Check(in BeatFrame beat, in StreamCounts counts, in SentBeats sent, in RateAgreement rates)
    {
        if (HasAny && beat.Sequence != unchecked(Sequence + 1))
        {
            return ProtocolRule.SequenceNotNext;
        }

        if (beat.HasEcho && !sent.WasSent(beat.EchoSequence))
        {
            return ProtocolRule.EchoNeverSent;
        }

        if (beat.HasEcho ? sent.IsRegress(beat.EchoSequence) : HasAny && _hasEcho)
        {
            return ProtocolRule.EchoRegressed;
        }

        if (HasAny && (beat.Received < Received || beat.Consumed < Consumed))
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

        if (beat.RateGeneration > rates.Sent)
        {
            return ProtocolRule.GenerationNeverSent;
        }

        return beat.RateGeneration < rates.Confirmed ? ProtocolRule.GenerationRegressed : ProtocolRule.None;
    }
}
