using System.Net.Sockets;

namespace Liveness;

/// <summary>From what was observed to what it most likely means. Pure; where the evidence does not decide, it says so.</summary>
internal static class DiagnosisRules
{
    public static (Diagnosis Diagnosis, Certainty Certainty) Diagnose(LossObservation observation)
    {
        if (observation.Decided is { } decided)
        {
            return decided;
        }

        Evidence evidence = observation.Evidence;
        return observation.Kind switch
        {
            LossKind.HeartbeatTimedOut => InboundSilence(evidence),
            LossKind.OutboundDead => Outbound(evidence),
            LossKind.KeepAliveTimedOut => KernelGaveUp(observation),
            LossKind.ConnectionReset or LossKind.ClosedWithoutGoodbye => EndedByPeer(observation),
            LossKind.NetworkUnreachable => evidence.LocalNetworkIsDown == true
                ? (Diagnosis.LocalNetworkDown, Certainty.Likely)
                : Unreachable(evidence.SocketError),
            LossKind.SideSilent => (Diagnosis.PeerHostOrPathDead, Certainty.Ambiguous),
            LossKind.PeerDenied => (Diagnosis.PeerForgot, Certainty.Likely),
            LossKind.PeerGaveUp => Goodbye(observation),
            LossKind.PeerNotLiveness => (Diagnosis.NotOurProtocol, Certainty.Proven),
            LossKind.ProtocolViolated => (Diagnosis.ProtocolBroken, Certainty.Proven),
            LossKind.TransportFailed => Transport(observation),
            LossKind.BoundExceeded => (Diagnosis.PeerTooSlow, Certainty.Proven),
            LossKind.CloseTimedOut => Close(observation),
            _ => (Diagnosis.Unknown, Certainty.Ambiguous),
        };
    }

    private static (Diagnosis, Certainty) InboundSilence(Evidence evidence)
    {
        if (evidence.SocketError is { } error)
        {
            // The kernel's own timeout came with the verdict: our bytes are not acknowledged.
            return evidence.LocalNetworkIsDown == true ? (Diagnosis.LocalNetworkDown, Certainty.Likely) : Unreachable(error);
        }

        NextHop nextHop = NextHopRules.Judge(evidence);
        bool isLossy = PathRules.IsLossy(evidence);
        return nextHop switch
        {
            NextHop.TakesNoMore when !isLossy || evidence.Kernel is { PeerWindowBytes: 0 } =>
                (Diagnosis.PeerUnresponsive, Certainty.Likely),
            NextHop.Acknowledges when !isLossy && !PathRules.LosesNow(evidence) => (Diagnosis.PeerUnresponsive, Certainty.Likely),
            _ when evidence.LocalNetworkIsDown == true => (Diagnosis.LocalNetworkDown, Certainty.Likely),

            // On such a path neither what is acknowledged nor what is not says much of the process, and a silence is not its end.
            NextHop.Acknowledges or NextHop.IsSilent when isLossy => (Diagnosis.PathLossy, Certainty.Ambiguous),
            _ when isLossy => (Diagnosis.PathLossy, evidence.SegmentsInSilence > 0 ? Certainty.Likely : Certainty.Ambiguous),
            NextHop.DoesNotHearUs => (Diagnosis.PathDeadOutbound, Certainty.Likely),
            NextHop.IsSilent => (Diagnosis.PeerHostOrPathDead, Certainty.Likely),

            // We are heard, and what the peer sends behind a hole comes: what belongs into the hole may be too large for the path.
            NextHop.Acknowledges when evidence.OutOfOrderSinceHeard > 0 => (Diagnosis.PathDeadInbound, Certainty.Ambiguous),
            _ => (Diagnosis.PeerHostOrPathDead, Certainty.Ambiguous),
        };
    }

    private static (Diagnosis, Certainty) Outbound(Evidence evidence)
    {
        if (evidence.WriteStuck != true)
        {
            return PathRules.IsLossy(evidence)
                ? (Diagnosis.PathLossy, Certainty.Ambiguous)
                : (Diagnosis.PathDeadOutbound, Certainty.Likely);
        }

        // A stuck write alone does not tell a dead path from a proxy or a foreign stream that stopped reading; a peer of ours never stops
        // reading, so the path is still the better guess.
        return evidence.Kernel is { PeerWindowBytes: 0, UnansweredProbes: 0 }
            ? (Diagnosis.PeerNotReading, Certainty.Likely)
            : (Diagnosis.PathDeadOutbound, evidence.Kernel is { Retransmits: > 0 } ? Certainty.Likely : Certainty.Ambiguous);
    }

    /// <summary>
    /// A user timeout also ends connections whose peer lives and does not read: its kernel answered then, and its window was closed.
    /// </summary>
    private static (Diagnosis, Certainty) KernelGaveUp(LossObservation observation)
    {
        Evidence evidence = observation.Evidence;
        return evidence.Kernel is { } info && KernelReading.WindowIsClosed(info) ? (Diagnosis.PeerNotReading, Certainty.Likely)
            : evidence.LocalNetworkIsDown == true ? (Diagnosis.LocalNetworkDown, Certainty.Likely)
            : WasHeardWhileDataWaited(observation) ? (Diagnosis.PathDeadOutbound, Certainty.Likely)
            : (Diagnosis.PeerHostOrPathDead, Certainty.Likely);
    }

    /// <summary>
    /// In the second half of that time: then neither the peer's host nor the way from it was dead. What was on its way when a path died
    /// comes at the beginning.
    /// </summary>
    private static bool WasHeardWhileDataWaited(LossObservation observation) =>
        observation.Silence < observation.Evidence.UnacknowledgedFor / 2;

    private static (Diagnosis, Certainty) EndedByPeer(LossObservation observation)
    {
        if (WePaused(observation) is { } certainty)
        {
            return (Diagnosis.WePaused, certainty);
        }

        if (observation.Kind == LossKind.ConnectionReset && observation.Evidence.MissedBeats > 0 && PathRules.IsLossy(observation.Evidence))
        {
            // Its beats were overdue already: it may have judged us lost, and its goodbye did not get through.
            return (Diagnosis.PathLossy, Certainty.Ambiguous);
        }

        if (observation.Kind != LossKind.ConnectionReset)
        {
            return (Diagnosis.PeerClosed, Certainty.Likely);
        }

        return NextHopRules.Judge(observation.Evidence) switch
        {
            NextHop.DoesNotHearUs => (Diagnosis.PathDeadOutbound, Certainty.Likely),

            // The reset itself shows that the way in works. A host that came back without memory of the connection looks the same.
            NextHop.IsSilent => (Diagnosis.PathDeadOutbound, Certainty.Ambiguous),
            _ => (Diagnosis.PeerClosed, Certainty.Likely),
        };
    }

    private static (Diagnosis, Certainty) Unreachable(SocketError? error) => error switch
    {
        SocketError.NetworkDown => (Diagnosis.LocalNetworkDown, Certainty.Likely),

        // Our own route may be gone, or a router on the way may have said so.
        SocketError.NetworkUnreachable => (Diagnosis.LocalNetworkDown, Certainty.Ambiguous),
        null => (Diagnosis.PeerHostOrPathDead, Certainty.Ambiguous),
        _ => (Diagnosis.PeerHostOrPathDead, Certainty.Likely),
    };

    private static (Diagnosis, Certainty) Goodbye(LossObservation observation)
    {
        Evidence evidence = observation.Evidence;
        GoodbyeCode? code = observation.Goodbye?.Code;
        if (code is GoodbyeCode.JudgedLost or GoodbyeCode.OutboundDead && WePaused(observation) is { } certainty)
        {
            return (Diagnosis.WePaused, certainty);
        }

        if (code is GoodbyeCode.JudgedLost or GoodbyeCode.OutboundDead && PathRules.IsLossy(evidence))
        {
            return (Diagnosis.PathLossy, Certainty.Likely);
        }

        return code switch
        {
            // It heard nothing of us for its bound; and for so long it has confirmed nothing, while we heard it.
            GoodbyeCode.JudgedLost when evidence.UnacknowledgedFor is not null => (Diagnosis.PathDeadOutbound, Certainty.Likely),
            GoodbyeCode.JudgedLost when NextHopRules.Judge(evidence) == NextHop.DoesNotHearUs =>
                (Diagnosis.PathDeadOutbound, Certainty.Likely),

            // What the peer sends is what we receive; this goodbye was the first of it that came through.
            GoodbyeCode.OutboundDead => (Diagnosis.PathDeadInbound, Certainty.Likely),
            GoodbyeCode.Aborted or GoodbyeCode.CloseTimedOut => (Diagnosis.PeerClosed, Certainty.Proven),
            _ => (Diagnosis.PeerGaveUp, Certainty.Proven),
        };
    }

    private static (Diagnosis, Certainty) Transport(LossObservation observation)
    {
        Evidence evidence = observation.Evidence;
        bool bytesWait = evidence.UnreadSocketBytes > 0 || evidence.ExcusedWhileStarved > TimeSpan.Zero;
        return observation.Exception is null && bytesWait
            ? (Diagnosis.OurReaderStuck, Certainty.Likely)
            : (Diagnosis.Unknown, Certainty.Ambiguous);
    }

    /// <summary>
    /// A peer that was silent meanwhile is as one that is lost, but for the time that it had; one that beats has told us what it takes. One
    /// beat may only be late.
    /// </summary>
    private static (Diagnosis, Certainty) Close(LossObservation observation)
    {
        Evidence evidence = observation.Evidence;
        bool leftUnread = observation.UnconfirmedBytes > 0 && evidence.PeerConsumedBytes < evidence.PeerReceivedBytes;
        return evidence.MissedBeats switch
        {
            0 when leftUnread => (Diagnosis.PeerNotReading, Certainty.Likely),
            1 when leftUnread => (Diagnosis.PeerNotReading, Certainty.Ambiguous),
            0 => (Diagnosis.Unknown, Certainty.Ambiguous),
            _ => (InboundSilence(evidence).Item1, Certainty.Ambiguous),
        };
    }

    /// <summary>Three quarters of the *peer's* bound, paused or with a thread pool that far behind: with the beats before and after it, the
    /// peer had to judge us lost.
    /// Where its bound can't be told to be that short, or not at all, it may have had other reasons.</summary>
    /// <returns>How sure that is; null = no pause of ours explains it.</returns>
    private static Certainty? WePaused(LossObservation observation)
    {
        Evidence evidence = observation.Evidence;
        TimeSpan hindered = Durations.Longer(evidence.LongestOwnPause ?? TimeSpan.Zero, evidence.OwnLag ?? TimeSpan.Zero);
        TimeSpan least = evidence.PeerBoundAtLeast ?? observation.Bound;
        return least <= TimeSpan.Zero || hindered < least * 0.75 ? null
            : hindered >= evidence.PeerBoundAtMost * 0.75 ? Certainty.Likely
            : Certainty.Ambiguous;
    }
}
