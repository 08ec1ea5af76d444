using System.Net.NetworkInformation;
using Liveness.KeepAlive;
using Liveness.Kernel;

namespace Liveness.Tests.Kernel;

/// <summary>
/// A watch with a clock of its own, fed with literal snapshots. The settings are idle 2 s, interval 1 s, 4 probes, user timeout 6 s, on
/// Linux.
/// </summary>
internal sealed class WatchRig
{
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(6);

    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly TcpKeepAliveSettings _inForce;

    public WatchRig(TcpInfoSnapshot? first = null, TcpKeepAliveSettings? inForce = null)
    {
        _inForce = inForce ?? InForce(TimeSpan.FromSeconds(6));
        Watch = new SocketWatch(first ?? Linux(), Now, _inForce.Detection.ClosedWindow);
    }

    public SocketWatch Watch { get; }

    public Instant Now { get; private set; } = new(TimeSpan.FromHours(1).Ticks);

    public static TcpKeepAliveSettings InForce(TimeSpan userTimeout, bool enabled = true, KeepAliveKernel kernel = KeepAliveKernel.Linux)
    {
        return new TcpKeepAliveSettings(
            enabled,
            2 * s_second,
            s_second,
            4,
            userTimeout,
            DetectionTimes.Of(kernel, enabled, 2 * s_second, s_second, 4, userTimeout, userTimeout, KernelLimits.Standard),
            DetectionTimes.EffectiveProbes(kernel, 2 * s_second, s_second, 4, userTimeout));
    }

    /// <summary>A connecting end on Linux that has sent one byte, as TCP_INFO showed it; ages in ms.</summary>
    public static TcpInfoSnapshot Linux(
        int silence = 10, int probes = 0, int retransmits = 0, int unacked = 0, int unsent = 0, int backoff = 0, long window = 65_536, long segments = 2,
        long acknowledged = 2, long received = 0, long? sent = null, TcpState state = TcpState.Established)
    {
        return new TcpInfoSnapshot
        {
            State = state,
            SinceDataReceived = TimeSpan.FromMilliseconds(silence),
            SinceAckReceived = TimeSpan.FromMilliseconds(silence),
            UnansweredProbes = probes,
            Retransmits = retransmits,
            RetransmissionTimeout = TimeSpan.FromMilliseconds(204),
            UnacknowledgedSegments = unacked,
            UnsentBytes = unsent,
            Backoff = backoff,
            PeerWindowBytes = window,
            SegmentsReceived = segments,
            SegmentsSent = sent,
            BytesSent = 1,
            BytesRetransmitted = 0,
            BytesAcknowledged = acknowledged,
            BytesReceived = received,
        };
    }

    public void Wait(int milliseconds) => Now += TimeSpan.FromMilliseconds(milliseconds);

    public WatchStep Look(in TcpInfoSnapshot info) => Watch.Look(info, Now, _inForce);

    public LossObservation? Judge(bool? errorIsPending = true, bool isConnected = true, bool? localNetworkIsDown = false) =>
        Watch.Judge(Now, new WatchFacts(_inForce, errorIsPending, isConnected, false, localNetworkIsDown, HandleIsClosed: false));

    public LossObservation? JudgeGone(bool? localNetworkIsDown = false) => Watch.JudgeGone(Now, new WatchFacts(_inForce, false, false, true, localNetworkIsDown, HandleIsClosed: true));

    public LossObservation? JudgeNetwork(bool? localNetworkIsDown) => Watch.JudgeNetwork(Now, new WatchFacts(_inForce, null, true, false, localNetworkIsDown, HandleIsClosed: false));
}
