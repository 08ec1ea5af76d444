namespace Liveness.SideChannel;

/// <summary>What the peer says of single connections. All of it under the gate of the set.</summary>
internal static class PeerWords
{
    /// <summary>The peer's word about one of its session's connections.</summary>
    /// <returns>Whom it is about, to be judged; null = it says nothing new of any.</returns>
    public static WatchEntry? Take(SideSession session, in AnswerMessage answer, Instant now)
    {
        if (!session.Watches.TryGetValue(answer.Id, out WatchEntry? entry))
        {
            return null;
        }

        if (entry is { KeyHash: not null, Answer: SideAnswer.Closing } && answer.Answer == SideAnswer.NotMyAddress)
        {
            // A key that the peer has closed is an unknown one.
            return null;
        }

        entry.ClosingSince = answer.Answer != SideAnswer.Closing ? Instant.Never : Instant.Min(entry.ClosingSince, now);
        entry.Answer = answer.Answer;
        entry.AnswerGeneration = session.Generation;
        entry.AnsweredAt = now;
        (entry.PeerBytesReceived, entry.PeerBytesSent) = (answer.BytesReceived, answer.BytesSent);
        if (answer.Answer == SideAnswer.Watched)
        {
            entry.WasConfirmed = true;
            entry.ConfirmedGeneration = session.Generation;
        }

        return entry;
    }

    /// <summary>Why the peer no longer watches a connection.</summary>
    /// <inheritdoc cref="Take(SideSession, in AnswerMessage, Instant)"/>
    public static WatchEntry? Take(SideSession session, in UnwatchMessage unwatch, Instant now)
    {
        if (!session.Watches.TryGetValue(unwatch.Id, out WatchEntry? entry) || !entry.WasConfirmed)
        {
            return null;
        }

        switch (unwatch.Reason)
        {
            case UnwatchReason.Lost:
                // The client's own UNWATCH has freed the id. The server's has not, so the client still has to send one.
                if (session.IsAcceptingEnd)
                {
                    session.Watches.Remove(unwatch.Id);
                }

                entry.PeerGaveUp = true;
                break;
            case UnwatchReason.SocketClosed:
                entry.ClosingSince = Instant.Min(entry.ClosingSince, now);
                entry.Answer = SideAnswer.Closing;
                entry.AnsweredAt = now;
                entry.MustAsk = !session.IsAcceptingEnd && entry.KeyHash is null;
                break;
            default:
                // Another process there may have it now.
                entry.Answer = SideAnswer.None;
                entry.WasConfirmed = false;
                entry.ClosingSince = Instant.Never;
                break;
        }

        return entry;
    }
}
