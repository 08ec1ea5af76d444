namespace Liveness;

/// <summary>
/// The peer says that it misses what we sent: from the beat that said so first until an echo tells otherwise. Made when it is needed, which
/// is hardly ever.
/// </summary>
/// <remarks>The rule of PROTOCOL.md section 4, "One-way loss": by the peer's own word; late echoes, in whatever queue, never convict. It is
/// asked when a beat arrives and at <see cref="VerdictAt"/>, and nothing else that happens puts that off.</remarks>
internal sealed class OutboundDoubt
{
    private uint _probe;
    private Instant _probedAt = Instant.Never;
    private Instant _saidAt = Instant.Never;

    /// <summary>The most that the peer has said it misses. It counts for a living peer once the doubt has ended.</summary>
    public TimeSpan MostMissed { get; private set; }

    public bool IsProbed => _probedAt != Instant.Never;

    /// <summary>From so much on the peer is asked: one that hears the question answers at once.</summary>
    public static bool Begins(TimeSpan missed, TimeSpan limit) => missed >= HeartbeatRules.OutboundStep(limit);

    public void OnProbeSent(uint sequence, Instant now)
    {
        if (!IsProbed)
        {
            _probe = sequence;
            _probedAt = now;
        }
    }

    public void OnMissed(TimeSpan missed) => MostMissed = Durations.Longer(MostMissed, missed);

    /// <returns>Whether the peer has answered the question.</returns>
    public bool IsAnsweredBy(uint echo) => IsProbed && !SequenceNumber.IsNewer(_probe, echo);

    /// <summary>The verdict fell, but the connection is closed all the same, in its own time.</summary>
    public void OnVerdict(Instant now) => _saidAt = now;

    /// <summary>
    /// When the way out counts as dead, if nothing more is heard of it; <see cref="Instant.Never"/> = not by what the peer has said so far.
    /// </summary>
    /// <param name="missed">By the newest beat.</param>
    /// <param name="peerLag">What the peer's own lag explains.</param>
    /// <param name="ageThen">The outbound age when that beat came.</param>
    /// <param name="limit">The outbound age from which on it may be judged.</param>
    /// <param name="echoedAt">From when on the age counts.</param>
    /// <param name="answerTime">How long an answer takes.</param>
    public Instant VerdictAt(
        Instant now, PauseLedger pauses, TimeSpan missed, TimeSpan peerLag, TimeSpan ageThen, TimeSpan limit, Instant echoedAt,
        TimeSpan answerTime)
    {
        if (!HeartbeatRules.IsBeyondLag(missed, peerLag))
        {
            return Instant.Never;
        }

        Instant due = now + (limit - pauses.RunningTime(echoedAt, now));
        if (!HeartbeatRules.IsMissedForLong(missed, ageThen, limit))
        {
            if (!HeartbeatRules.IsMissedWhenAsked(missed, limit) || !IsProbed)
            {
                return Instant.Never;
            }

            // Less has to do where the peer was asked, too, and had the time to answer: else one more of its beats would have to be waited
            // for.
            TimeSpan chance = Durations.Longer(HeartbeatRules.OutboundStep(limit), answerTime * 2);
            due = Instant.Max(due, now + (chance - pauses.RunningTime(_probedAt, now)));
        }

        return _saidAt == Instant.Never ? due : Instant.Max(due, _saidAt + HeartbeatRules.OutboundStep(limit));
    }
}
