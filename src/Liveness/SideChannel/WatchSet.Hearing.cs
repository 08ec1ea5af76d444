namespace Liveness;

/// <content>What the peer says of single connections.</content>
internal sealed partial class WatchSet
{
    private List<WatchedConnection> _answered = [];

    /// <summary>
    /// The peer's word about one of its session's connections. Answers that come together are judged together: what they end is one batch.
    /// </summary>
    public void TakeAnswer(SideSession session, in AnswerMessage answer)
    {
        bool isFirst;
        lock (_gate)
        {
            if (!session.Watches.TryGetValue(answer.Id, out WatchedConnection? connection))
            {
                return;
            }

            if (connection is { KeyHash: not null, Answer: SideAnswer.Closing } && answer.Answer == SideAnswer.NotMyAddress)
            {
                // A key that the peer has closed is an unknown one.
                return;
            }

            Instant now = Scheduling.Now;
            connection.ClosingSince = answer.Answer != SideAnswer.Closing ? Instant.Never : Instant.Min(connection.ClosingSince, now);
            connection.Answer = answer.Answer;
            connection.AnswerGeneration = session.Generation;
            connection.AnsweredAt = now;
            (connection.PeerBytesReceived, connection.PeerBytesSent) = (answer.BytesReceived, answer.BytesSent);
            if (answer.Answer == SideAnswer.Watched)
            {
                connection.WasConfirmed = true;
                connection.ConfirmedGeneration = session.Generation;
            }

            isFirst = JudgeSoonNeedsLock(connection);
        }

        if (isFirst)
        {
            Scheduling.WorkQueue.Post(new AnswerJudgement(this));
        }
    }

    /// <summary>Why the peer no longer watches a connection.</summary>
    public void TakeUnwatch(SideSession session, in UnwatchMessage unwatch)
    {
        bool isFirst;
        lock (_gate)
        {
            if (!session.Watches.TryGetValue(unwatch.Id, out WatchedConnection? connection) || !connection.WasConfirmed)
            {
                return;
            }

            Instant now = Scheduling.Now;
            switch (unwatch.Reason)
            {
                case UnwatchReason.Lost:
                    // It needs no answer.
                    session.Watches.Remove(unwatch.Id);
                    connection.PeerGaveUp = true;
                    break;
                case UnwatchReason.SocketClosed:
                    connection.ClosingSince = Instant.Min(connection.ClosingSince, now);
                    connection.Answer = SideAnswer.Closing;
                    connection.AnsweredAt = now;
                    connection.MustAsk = !session.IsAcceptingEnd && connection.KeyHash is null;
                    break;
                default:
                    // Another process there may have it now.
                    connection.Answer = SideAnswer.None;
                    connection.WasConfirmed = false;
                    connection.ClosingSince = Instant.Never;
                    break;
            }

            isFirst = JudgeSoonNeedsLock(connection);
        }

        if (isFirst)
        {
            Scheduling.WorkQueue.Post(new AnswerJudgement(this));
        }
    }

    /// <returns>True = nobody waits to be judged but this one.</returns>
    private bool JudgeSoonNeedsLock(WatchedConnection connection)
    {
        if (connection.IsAnswered)
        {
            return false;
        }

        connection.IsAnswered = true;
        _answered.Add(connection);
        return _answered.Count == 1;
    }

    private void JudgeAnswered()
    {
        List<WatchedConnection> answered;
        lock (_gate)
        {
            answered = _answered;
            answered.ForEach(static connection => connection.IsAnswered = false);
            _answered = [];
        }

        Judge(answered);
    }

    private sealed class AnswerJudgement(WatchSet set) : IThreadPoolWorkItem
    {
        public void Execute() => set.JudgeAnswered();
    }
}
