namespace Liveness;

/// <content>Data that the peer does not confirm while it is heard: a condition, before the way out can be judged.</content>
internal sealed partial class HeartbeatMachine
{
    private UnconfirmedData _unconfirmed;

    /// <summary>DATA is handed to the transport.</summary>
    /// <returns>Whether something may fall due because of it.</returns>
    public bool OnDataSent(Instant now) => _unconfirmed.OnSent(now);

    /// <summary>For how long data waits that is told to be unacknowledged; null = none is.</summary>
    public TimeSpan? UnconfirmedFor(Instant now, in LocalHealth health) => _unconfirmed.WaitedForLong(now, health.Pauses);

    /// <summary>The verdict on the way out takes a whole bound; after half of it this is worth a word. What the peer confirms comes with
    /// its
    /// next beat, an interval later at most: where the path is slow, the data gets that interval twice, and the time in which it is
    /// repeated
    /// once, and goes and comes.</summary>
    private TimeSpan UnconfirmedAfter => Longer(_judging.Bound / 2, (_judging.ReceiveInterval * 2) + (AnswerTime * 2));

    private Instant UnconfirmedForLongAt(Instant now, in LocalHealth health) =>
        _unconfirmed.Waited(now, health.Pauses) is { } waited ? now + (UnconfirmedAfter - waited) : Instant.Never;

    private void NoteUnconfirmed(Instant now, TimeSpan silence, in StreamCounts counts, in LocalHealth health)
    {
        if (_judging.Bound == TimeSpan.MaxValue || silence >= _judging.SuspectAfter || UnconfirmedForLongAt(now, health) > now)
        {
            return;
        }

        if (health.PoolLag >= _judging.ReceiveInterval || _heard.Received >= counts.Sent)
        {
            // The beat that confirms it may lie here unread; or what was sent was taken back.
            _unconfirmed.StartAnew(now);
            return;
        }

        _unconfirmed.Tell();
    }
}
