using Liveness.KeepAlive;

namespace Liveness;

/// <summary>From the kernel's counters to what the next hop is doing. Pure. Through a proxy the next hop is the proxy.</summary>
internal static class NextHopRules
{
    public static NextHop Judge(LossEvidence evidence)
    {
        if (evidence.Kernel is not { } kernel)
        {
            return NextHop.Unknown;
        }

        if (evidence.SegmentsInSilence > 0 && IsHeldUpByThePeer(kernel))
        {
            return kernel.UnansweredProbes > 0 ? NextHop.Unknown : NextHop.TakesNoMore;
        }

        if (evidence.AcknowledgedInSilenceBytes > 0)
        {
            // With timeouts, too, the path loses segments, or died on the way: that says nothing sure of the process.
            return IsRepeatingInVain(kernel, evidence) || (evidence.TimeoutsInSilence ?? evidence.RetransmittedInSilenceBytes) > 0
                ? NextHop.Unknown
                : NextHop.Acknowledges;
        }

        bool inVain = IsOutstanding(kernel) && IsRepeatingInVain(kernel, evidence);
        return evidence.SegmentsInSilence switch
        {
            0 when inVain => PeerMissedUs(evidence) ? NextHop.DoesNotHearUs : NextHop.IsSilent,
            > 0 when inVain => NextHop.DoesNotHearUs,
            _ => NextHop.Unknown,
        };
    }

    /// <summary>Its last word was that a beat of ours had not come.</summary>
    private static bool PeerMissedUs(LossEvidence evidence) => evidence.PeerHeardUsAgo >= 1.5 * evidence.SendInterval;

    /// <summary>Only Linux counts what is in vain; elsewhere what was repeated since must do.</summary>
    private static bool IsRepeatingInVain(in TcpInfoSnapshot kernel, LossEvidence evidence) =>
        kernel.Retransmits > 0 || kernel.UnansweredProbes > 0 || (kernel.Retransmits is null && evidence.RetransmittedInSilenceBytes > 0);

    private static bool IsOutstanding(in TcpInfoSnapshot kernel) =>
        kernel.UnacknowledgedSegments > 0 || kernel.UnansweredProbes > 0 || kernel.BytesInFlight > 0 || kernel.SendQueueBytes > 0;

    /// <summary>A closed window, or one too small for what waits: nothing is under way, and yet something waits.</summary>
    private static bool IsHeldUpByThePeer(in TcpInfoSnapshot kernel) =>
        kernel.PeerWindowBytes == 0 || (kernel.UnacknowledgedSegments == 0 && kernel.UnsentBytes > 0);
}
