using System.Net.Sockets;
using Liveness.KeepAlive;
using Liveness.Kernel;

namespace Liveness.SideChannel;

/// <summary>What it means that a watched socket's kernel has said the last word, or says nothing.</summary>
/// <param name="gate">Of the set: guards entries and sessions.</param>
/// <param name="times">T and what follows from it.</param>
/// <param name="sockets">The system, or a test's. Asked under no lock.</param>
/// <param name="scheduler">Whose time it is.</param>
/// <param name="judge">Judges again when a word may have come.</param>
internal sealed class WatchEnds(Lock gate, WatchTimes times, ISocketAccess sockets, LivenessScheduler scheduler, WatchJudge judge)
{
    /// <param name="entry">Looked at last by the judge.</param>
    /// <param name="shown">What that look came to.</param>
    /// <param name="asks">A question is added to it where the peer is to be asked first.</param>
    /// <param name="loss">Null = closed in good order.</param>
    /// <param name="reason">What the peer is told.</param>
    /// <returns>False = it goes on, or is not to be told yet.</returns>
    public bool IsOver(
        WatchEntry entry, WitnessEnd shown, List<(ISideLink Link, ulong Id)> asks, out LossObservation? loss, out UnwatchReason reason)
    {
        reason = UnwatchReason.Lost;
        if (!HasEnded(entry, shown, out loss) || (loss?.Kind == LossKind.ConnectionReset && AwaitsWord(entry, asks)))
        {
            return false;
        }

        if (loss is null)
        {
            // A peer's FIN closes nothing here: the application may go on sending.
            bool isClosed = shown is WitnessEnd.Gone or WitnessEnd.Dead || (shown == WitnessEnd.Unseen && sockets.IsClosed(entry.Socket!));
            reason = isClosed ? UnwatchReason.SocketClosed : UnwatchReason.NoLongerWatched;
        }

        return true;
    }

    /// <summary>The pending error is only asked for, not taken: it is the application's.</summary>
    private bool HasEnded(WatchEntry entry, WitnessEnd shown, out LossObservation? loss)
    {
        loss = null;
        if (shown is WitnessEnd.Fin or WitnessEnd.Gone)
        {
            return true;
        }

        Socket socket = entry.Socket!;
        TcpInfoSnapshot? dead = null;
        if (shown == WitnessEnd.Dead)
        {
            SocketReading reading = sockets.Read(socket, out TcpInfoSnapshot told);
            if (reading == SocketReading.Gone)
            {
                return true;
            }

            dead = reading == SocketReading.Taken ? told : null;
        }

        WatchFacts facts = sockets.Gather(socket);
        if (shown == WitnessEnd.Unseen && facts.ErrorIsPending != true)
        {
            return facts.IsAtEnd;
        }

        if (facts.HandleIsClosed)
        {
            // By the application, meanwhile: that may have been the end that the look has shown.
            return true;
        }

        LastLook last;
        bool peerStillHasIt;
        lock (gate)
        {
            last = entry.Witness.LastLook;
            peerStillHasIt = PeerStillHasIt(entry);
        }

        ConnectionEnd end = new(last, dead, scheduler.Now, facts);
        if (end.Kind is { } kind)
        {
            loss = new LossObservation
            {
                Kind = kind,
                Silence = end.Silence,
                Bound = end.Bound ?? times.Bound,
                Decided = kind == LossKind.ConnectionReset && peerStillHasIt ? (LossDiagnosis.ResetOnTheWay, LossCertainty.Likely) : null,
                Evidence = new LossEvidence
                {
                    Kernel = dead,
                    RoundTrip = dead?.RoundTrip,
                    UnansweredProbes = dead?.UnansweredProbes,
                    SegmentsInSilence = end.SegmentsInSilence(kind),
                    LocalNetworkIsDown = facts.LocalNetworkIsDown,
                },
            };
        }

        return true;
    }

    /// <summary>
    /// A reset may come from a box on the way. Where the peer can be asked, its host says whether it still has the connection; it gets a
    /// quarter of T for that.
    /// </summary>
    /// <returns>True = not to be told yet.</returns>
    private bool AwaitsWord(WatchEntry entry, List<(ISideLink Link, ulong Id)> asks)
    {
        lock (gate)
        {
            if (entry is not { Index: >= 0, WasConfirmed: true, Session: { State: SideState.Alive, Link: { } link } })
            {
                return false;
            }

            Instant now = scheduler.Now;
            if (entry.ResetAskedAt == Instant.Never)
            {
                entry.ResetAskedAt = now;
                judge.DueNeedsLock(entry, now + times.AnswerTime);
                asks.Add((link, entry.Id));
                return true;
            }

            return entry.AnsweredAt < entry.ResetAskedAt && now < entry.ResetAskedAt + times.AnswerTime;
        }
    }

    /// <summary>It told its kernel's counters, which it can't of a connection that its kernel no longer has.</summary>
    private static bool PeerStillHasIt(WatchEntry entry) =>
        entry.AnsweredAt >= entry.ResetAskedAt && entry.Answer == SideAnswer.Watched && entry.PeerBytesReceived != AnswerMessage.Unknown;
}
