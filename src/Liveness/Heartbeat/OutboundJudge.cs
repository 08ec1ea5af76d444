namespace Liveness;

/// <summary>Whether what we send arrives, by what the peer's beats say: section 4 of PROTOCOL.md, "One-way loss".</summary>
/// <remarks>A part of its machine, under the lock of that machine's owner; a struct, for every connection has one.</remarks>
internal struct OutboundJudge
{
    private OutboundDoubt? _doubt;

    /// <summary>Null = what the peer misses is nothing to worry about.</summary>
    public readonly OutboundDoubt? Doubt => _doubt;

    /// <summary>The peer has echoed one of our beats: a doubt ends that is older than that.</summary>
    public void OnEcho(uint sequence)
    {
        if (_doubt is { } doubt && (!doubt.IsProbed || doubt.IsAnsweredBy(sequence)))
        {
            _doubt = null;
        }
    }

    public readonly void OnProbeSent(uint sequence, Instant now) => _doubt?.OnProbeSent(sequence, now);

    /// <summary>
    /// The first beat that says that the peer misses something is answered with a question, so that by the time of the verdict it is known
    /// whether it is still so.
    /// </summary>
    /// <returns>Whether the peer is to be asked.</returns>
    public bool AsksAfter(in HeardBeats heard, in SentBeats sent, HeartbeatTiming timing)
    {
        if (Limit(timing) is not { } limit || Missed(heard, sent) is not { } missed || !OutboundDoubt.Begins(missed, limit))
        {
            return false;
        }

        _doubt ??= new OutboundDoubt();
        _doubt.OnMissed(Believed(missed, heard, sent));
        return !_doubt.IsProbed;
    }

    /// <summary>When the way out counts as dead, if nothing more is heard of it; <see cref="Instant.Never"/> = by nothing so far.</summary>
    public readonly Instant VerdictAt(
        Instant now, PauseLedger pauses, in HeardBeats heard, in SentBeats sent, HeartbeatTiming timing, TimeSpan answerTime)
    {
        if (_doubt is not { } doubt || Limit(timing) is not { } limit || Missed(heard, sent) is not { } missed)
        {
            return Instant.Never;
        }

        TimeSpan ageThen = pauses.RunningTime(sent.EchoedAt, heard.NewestAt);
        return doubt.VerdictAt(now, pauses, missed, heard.Lag, ageThen, limit, sent.EchoedAt, answerTime);
    }

    /// <param name="now">The present.</param>
    /// <param name="verdictAt">As <see cref="VerdictAt"/> says.</param>
    /// <returns>Whether the way out is dead.</returns>
    public readonly bool Judge(Instant now, Instant verdictAt)
    {
        if (verdictAt > now)
        {
            return false;
        }

        _doubt!.OnVerdict(now);
        return true;
    }

    /// <summary>What the peer says it has not received, and should have. Null = nothing can be said.</summary>
    public static TimeSpan? Missed(in HeardBeats heard, in SentBeats sent) =>
        heard.HasAny && sent.AfterEchoedAt is { } next ? heard.HeardAgo - (next - sent.EchoedAt) : null;

    /// <summary>Of what the peer says, only so much can be true as lies between the newest beat that it echoes and this one.</summary>
    public static TimeSpan Believed(TimeSpan missed, in HeardBeats heard, in SentBeats sent) =>
        Durations.Shorter(missed, heard.NewestAt - sent.EchoedAt);

    /// <summary>The outbound age from which on the way out may be judged; null = it is not.</summary>
    private static TimeSpan? Limit(HeartbeatTiming timing) =>
        timing.DetectWithin == TimeSpan.MaxValue || timing.SendInterval == TimeSpan.MaxValue
            ? null
            : HeartbeatRules.OutboundLimit(timing.DetectWithin, timing.SendInterval);
}
