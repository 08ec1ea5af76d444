namespace Liveness;

/// <summary>
/// A beat that can't be handed over for a whole bound, while nothing of ours arrives anywhere: section 4 of PROTOCOL.md, at the end of
/// "One-way loss".
/// </summary>
/// <remarks>A part of its machine, under the lock of that machine's owner; a struct, for every connection has one.</remarks>
internal struct HandoverWatch
{
    /// <summary>Null while no beat has waited for a quarter of the bound.</summary>
    private StuckWrite? _stuck;

    /// <summary>For half of the bound nothing has moved: worth a condition.</summary>
    public readonly bool IsForLong => _stuck is { IsForLong: true };

    /// <summary>The peer has received more.</summary>
    public readonly void OnProgress() => _stuck?.OnProgress();

    /// <summary>A beat is handed over.</summary>
    public void End() => _stuck = null;

    /// <summary>Of a beat that waits and might leave: when to look at it.</summary>
    public readonly Instant LookAt(Instant now, in BeatSchedule beats, HeartbeatTiming timing, PauseLedger pauses) =>
        timing.Bound == TimeSpan.MaxValue ? Instant.Never
        : _stuck is not null ? _stuck.LookAt
        : now + (StuckWrite.Suspected(timing.Bound) - Waited(now, beats, timing, pauses));

    /// <summary>
    /// A peer that says itself that it is behind is alive: its full buffers are no evidence. With our own pool behind, it is our writer
    /// that waits.
    /// </summary>
    /// <returns>Whether the beat is stuck for a whole bound.</returns>
    public bool Look(
        Instant now, ref BeatSchedule beats, in HeardBeats heard, HeartbeatTiming timing, in LocalHealth health,
        ITransportWitness witness, ref WitnessReading? reading)
    {
        bool isJudged = beats.IsPending && timing.Bound != TimeSpan.MaxValue;
        if (!isJudged || (_stuck is null && Waited(now, beats, timing, health.Pauses) < StuckWrite.Suspected(timing.Bound)))
        {
            return false;
        }

        _stuck ??= new StuckWrite();
        if (now < _stuck.LookAt)
        {
            return false;
        }

        reading ??= witness.Read();
        if (_stuck.Moves(reading.Value.Kernel?.BytesAcknowledged) || health.PoolLag >= timing.ReceiveInterval)
        {
            beats.OnProgress(now);
        }

        TimeSpan waited = Waited(now, beats, timing, health.Pauses);
        _stuck.Note(now, waited, timing.Bound);
        bool peerIsBehind = heard.HasAny && heard.Lag >= timing.ReceiveInterval;
        return waited >= timing.Bound && !peerIsBehind;
    }

    /// <summary>For how long a beat that might leave has not; the peer's own distance between two beats holds it back first.</summary>
    private static TimeSpan Waited(Instant now, in BeatSchedule beats, HeartbeatTiming timing, PauseLedger pauses)
    {
        Instant mightLeave = Instant.Max(beats.PendingSince, beats.PendingMayGoAt(timing));
        return pauses.RunningTime(mightLeave, now);
    }
}
