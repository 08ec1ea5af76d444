using System.Net.Sockets;
using Liveness.KeepAlive;

namespace Liveness;

/// <summary>From what was observed to what it most likely means. Pure; where the evidence does not decide, it says so.</summary>
internal static class DiagnosisRules
{
    public static (LossDiagnosis Diagnosis, LossCertainty Certainty) Diagnose(LossObservation observation)
    {
        if (observation.Decided is { } decided)
        {
            return decided;
        }

        LossEvidence evidence = observation.Evidence;
        return observation.Kind switch
        {
            LossKind.HeartbeatTimedOut => InboundSilence(evidence),
            LossKind.OutboundDead => Outbound(evidence),
            LossKind.KeepAliveTimedOut => KernelGaveUp(observation),
            LossKind.ConnectionReset or LossKind.ClosedWithoutGoodbye => EndedByPeer(observation),
            LossKind.NetworkUnreachable => evidence.LocalNetworkIsDown == true
                ? (LossDiagnosis.LocalNetworkDown, LossCertainty.Likely)
                : Unreachable(evidence.SocketError),
            LossKind.SideConnectionSilent => (LossDiagnosis.PeerHostOrPathDead, LossCertainty.Ambiguous),
            LossKind.PeerDenied => (LossDiagnosis.PeerForgot, LossCertainty.Likely),
            LossKind.PeerGaveUp => Goodbye(observation),
            LossKind.PeerNotLiveness => (LossDiagnosis.NotOurProtocol, LossCertainty.Proven),
            LossKind.ProtocolViolated => (LossDiagnosis.ProtocolBroken, LossCertainty.Proven),
            LossKind.TransportFailed => Transport(observation),
            LossKind.BoundExceeded => (LossDiagnosis.PeerTooSlow, LossCertainty.Proven),
            LossKind.CloseTimedOut => Close(observation),
            _ => (LossDiagnosis.Unknown, LossCertainty.Ambiguous),
        };
    }

    private static (LossDiagnosis, LossCertainty) InboundSilence(LossEvidence evidence)
    {
        if (evidence.SocketError is { } error)
        {
            // The kernel's own timeout came with the verdict: our bytes are not acknowledged.
            return evidence.LocalNetworkIsDown == true ? (LossDiagnosis.LocalNetworkDown, LossCertainty.Likely) : Unreachable(error);
        }

        NextHop nextHop = NextHopRules.Judge(evidence);
        bool isLossy = PathRules.IsLossy(evidence);
        return nextHop switch
        {
            NextHop.TakesNoMore when !isLossy || evidence.Kernel is { PeerWindowBytes: 0 } =>
                (LossDiagnosis.PeerUnresponsive, LossCertainty.Likely),
            NextHop.Acknowledges when !isLossy && !PathRules.LosesNow(evidence) => (LossDiagnosis.PeerUnresponsive, LossCertainty.Likely),
            _ when evidence.LocalNetworkIsDown == true => (LossDiagnosis.LocalNetworkDown, LossCertainty.Likely),

            // On such a path neither what is acknowledged nor what is not says much of the process, and a silence is not its end.
            NextHop.Acknowledges or NextHop.IsSilent when isLossy => (LossDiagnosis.PathLossy, LossCertainty.Ambiguous),
            _ when isLossy => (LossDiagnosis.PathLossy, evidence.SegmentsInSilence > 0 ? LossCertainty.Likely : LossCertainty.Ambiguous),
            NextHop.DoesNotHearUs => (LossDiagnosis.PathDeadOutbound, LossCertainty.Likely),
            NextHop.IsSilent => (LossDiagnosis.PeerHostOrPathDead, LossCertainty.Likely),

            // We are heard, and what the peer sends behind a hole comes: what belongs into the hole may be too large for the path.
            NextHop.Acknowledges when evidence.OutOfOrderSinceHeard > 0 => (LossDiagnosis.PathDeadInbound, LossCertainty.Ambiguous),
            _ => (LossDiagnosis.PeerHostOrPathDead, LossCertainty.Ambiguous),
        };
    }

    private static (LossDiagnosis, LossCertainty) Outbound(LossEvidence evidence)
    {
        if (evidence.WriteStuck != true)
        {
            return PathRules.IsLossy(evidence)
                ? (LossDiagnosis.PathLossy, LossCertainty.Ambiguous)
                : (LossDiagnosis.PathDeadOutbound, LossCertainty.Likely);
        }

        // A stuck write alone does not tell a dead path from a proxy or a foreign stream that stopped reading; a peer of ours never stops
        // reading, so the path is still the better guess.
        return evidence.Kernel is { PeerWindowBytes: 0, UnansweredProbes: 0 }
            ? (LossDiagnosis.PeerNotReading, LossCertainty.Likely)
            : (LossDiagnosis.PathDeadOutbound, evidence.Kernel is { Retransmits: > 0 } ? LossCertainty.Likely : LossCertainty.Ambiguous);
    }

    /// <summary>
    /// A user timeout also ends connections whose peer lives and does not read: its kernel answered then, and its window was closed.
    /// </summary>
    private static (LossDiagnosis, LossCertainty) KernelGaveUp(LossObservation observation)
    {
        LossEvidence evidence = observation.Evidence;
        return evidence.Kernel is { } info && KernelReading.WindowIsClosed(info) ? (LossDiagnosis.PeerNotReading, LossCertainty.Likely)
            : evidence.LocalNetworkIsDown == true ? (LossDiagnosis.LocalNetworkDown, LossCertainty.Likely)
            : WasHeardWhileDataWaited(observation) ? (LossDiagnosis.PathDeadOutbound, LossCertainty.Likely)
            : (LossDiagnosis.PeerHostOrPathDead, LossCertainty.Likely);
    }

    /// <summary>
    /// In the second half of that time: then neither the peer's host nor the way from it was dead. What was on its way when a path died
    /// comes at the beginning.
    /// </summary>
    private static bool WasHeardWhileDataWaited(LossObservation observation) =>
        observation.Silence < observation.Evidence.UnacknowledgedFor / 2;

    private static (LossDiagnosis, LossCertainty) EndedByPeer(LossObservation observation)
    {
        if (WePaused(observation) is { } certainty)
        {
            return (LossDiagnosis.WePaused, certainty);
        }

        if (observation.Kind == LossKind.ConnectionReset && observation.Evidence.MissedBeats > 0 && PathRules.IsLossy(observation.Evidence))
        {
            // Its beats were overdue already: it may have judged us lost, and its goodbye did not get through.
            return (LossDiagnosis.PathLossy, LossCertainty.Ambiguous);
        }

        if (observation.Kind != LossKind.ConnectionReset)
        {
            return (LossDiagnosis.PeerClosed, LossCertainty.Likely);
        }

        return NextHopRules.Judge(observation.Evidence) switch
        {
            NextHop.DoesNotHearUs => (LossDiagnosis.PathDeadOutbound, LossCertainty.Likely),

            // The reset itself shows that the way in works. A host that came back without memory of the connection looks the same.
            NextHop.IsSilent => (LossDiagnosis.PathDeadOutbound, LossCertainty.Ambiguous),
            _ => (LossDiagnosis.PeerClosed, LossCertainty.Likely),
        };
    }

    private static (LossDiagnosis, LossCertainty) Unreachable(SocketError? error) => error switch
    {
        SocketError.NetworkDown => (LossDiagnosis.LocalNetworkDown, LossCertainty.Likely),

        // Our own route may be gone, or a router on the way may have said so.
        SocketError.NetworkUnreachable => (LossDiagnosis.LocalNetworkDown, LossCertainty.Ambiguous),
        null => (LossDiagnosis.PeerHostOrPathDead, LossCertainty.Ambiguous),
        _ => (LossDiagnosis.PeerHostOrPathDead, LossCertainty.Likely),
    };

    private static (LossDiagnosis, LossCertainty) Goodbye(LossObservation observation)
    {
        LossEvidence evidence = observation.Evidence;
        GoodbyeCode? code = observation.Goodbye?.Code;
        if (code is GoodbyeCode.JudgedLost or GoodbyeCode.OutboundDead && WePaused(observation) is { } certainty)
        {
            return (LossDiagnosis.WePaused, certainty);
        }

        if (code is GoodbyeCode.JudgedLost or GoodbyeCode.OutboundDead && PathRules.IsLossy(evidence))
        {
            return (LossDiagnosis.PathLossy, LossCertainty.Likely);
        }

        return code switch
        {
            // It heard nothing of us for its bound; and for so long it has confirmed nothing, while we heard it.
            GoodbyeCode.JudgedLost when evidence.UnacknowledgedFor is not null => (LossDiagnosis.PathDeadOutbound, LossCertainty.Likely),
            GoodbyeCode.JudgedLost when NextHopRules.Judge(evidence) == NextHop.DoesNotHearUs =>
                (LossDiagnosis.PathDeadOutbound, LossCertainty.Likely),

            // What the peer sends is what we receive; this goodbye was the first of it that came through.
            GoodbyeCode.OutboundDead => (LossDiagnosis.PathDeadInbound, LossCertainty.Likely),
            GoodbyeCode.Aborted or GoodbyeCode.CloseTimedOut => (LossDiagnosis.PeerClosed, LossCertainty.Proven),
            _ => (LossDiagnosis.PeerGaveUp, LossCertainty.Proven),
        };
    }

    private static (LossDiagnosis, LossCertainty) Transport(LossObservation observation)
    {
        LossEvidence evidence = observation.Evidence;
        bool bytesWait = evidence.UnreadSocketBytes > 0 || evidence.ExcusedWhileStarved > TimeSpan.Zero;
        return observation.Exception is null && bytesWait
            ? (LossDiagnosis.OurReaderStuck, LossCertainty.Likely)
            : (LossDiagnosis.Unknown, LossCertainty.Ambiguous);
    }

    /// <summary>
    /// A peer that was silent meanwhile is as one that is lost, but for the time that it had; one that beats has told us what it takes. One
    /// beat may only be late.
    /// </summary>
    private static (LossDiagnosis, LossCertainty) Close(LossObservation observation)
    {
        LossEvidence evidence = observation.Evidence;
        bool leftUnread = observation.UnconfirmedBytes > 0 && evidence.PeerConsumedBytes < evidence.PeerReceivedBytes;
        return evidence.MissedBeats switch
        {
            0 when leftUnread => (LossDiagnosis.PeerNotReading, LossCertainty.Likely),
            1 when leftUnread => (LossDiagnosis.PeerNotReading, LossCertainty.Ambiguous),
            0 => (LossDiagnosis.Unknown, LossCertainty.Ambiguous),
            _ => (InboundSilence(evidence).Item1, LossCertainty.Ambiguous),
        };
    }

    /// <summary>Three quarters of the *peer's* bound, paused or with a thread pool that far behind: with the beats before and after it, the
    /// peer had to judge us lost.
    /// Where its bound can't be told to be that short, or not at all, it may have had other reasons.</summary>
    /// <returns>How sure that is; null = no pause of ours explains it.</returns>
    private static LossCertainty? WePaused(LossObservation observation)
    {
        LossEvidence evidence = observation.Evidence;
        TimeSpan hindered = Durations.Longer(evidence.LongestOwnPause ?? TimeSpan.Zero, evidence.OwnLag ?? TimeSpan.Zero);
        TimeSpan least = evidence.PeerBoundAtLeast ?? observation.Bound;
        return least <= TimeSpan.Zero || hindered < least * 0.75 ? null
            : hindered >= evidence.PeerBoundAtMost * 0.75 ? LossCertainty.Likely
            : LossCertainty.Ambiguous;
    }
}
