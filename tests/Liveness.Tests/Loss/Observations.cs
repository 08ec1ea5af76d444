using System.Net.Sockets;
using Liveness.KeepAlive;

namespace Liveness.Tests;

/// <summary>Observations for tests: one of a kind, or many that differ in everything a diagnosis may look at.</summary>
internal static class Observations
{
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(3);

    public static IEnumerable<LossKind> AllKinds => Enum.GetValues<LossKind>();

    public static LossObservation Of(
        LossKind kind,
        LossEvidence? evidence = null,
        GoodbyeFrame? goodbye = null,
        ProtocolRule rule = ProtocolRule.None,
        Exception? exception = null,
        string? detail = null,
        TimeSpan? bound = null)
    {
        return new LossObservation
        {
            Kind = kind,
            Silence = TimeSpan.FromSeconds(2.88),
            Bound = bound ?? Bound,
            Evidence = evidence ?? new LossEvidence(),
            Goodbye = goodbye ?? (kind == LossKind.PeerGaveUp ? new GoodbyeFrame(GoodbyeCode.JudgedLost, "") : null),
            Rule = rule,
            Exception = exception,
            Detail = detail,
        };
    }

    /// <summary>Every combination of what the rules look at, per kind.</summary>
    public static IEnumerable<LossObservation> ManyOf(LossKind kind)
    {
        foreach (SocketError? error in (SocketError?[])[null, SocketError.TimedOut, SocketError.NetworkDown, SocketError.NetworkUnreachable, SocketError.HostUnreachable])
        {
            foreach (GoodbyeFrame? goodbye in Goodbyes)
            {
                foreach (LossEvidence evidence in Evidences(error))
                {
                    yield return Of(kind, evidence, goodbye, ProtocolRule.Flood);
                    yield return Of(kind, evidence, goodbye, ProtocolRule.FrameBeforeHello, new IOException("broken"), bound: Timeout.InfiniteTimeSpan);
                }
            }
        }
    }

    private static IEnumerable<GoodbyeFrame?> Goodbyes
    {
        get
        {
            yield return null;
            foreach (GoodbyeCode code in Enum.GetValues<GoodbyeCode>().Append((GoodbyeCode)99))
            {
                yield return new GoodbyeFrame(code, "why");
            }
        }
    }

    /// <summary>One for every answer of the next hop.</summary>
    private static IEnumerable<LossEvidence> Kernels =>
    [
        new(),
        new() { Kernel = default(TcpInfoSnapshot), AcknowledgedInSilenceBytes = 1 },
        new() { Kernel = new TcpInfoSnapshot { UnacknowledgedSegments = 1, Retransmits = 2 }, SegmentsInSilence = 0, LocalNetworkIsDown = true },
        new() { Kernel = new TcpInfoSnapshot { UnacknowledgedSegments = 1, Retransmits = 2 }, SegmentsInSilence = 0 },
        new() { Kernel = new TcpInfoSnapshot { UnacknowledgedSegments = 1, Retransmits = 2 }, SegmentsInSilence = 3 },
        new() { Kernel = new TcpInfoSnapshot { PeerWindowBytes = 0, UnansweredProbes = 0 }, SegmentsInSilence = 3 },
        new() { Kernel = new TcpInfoSnapshot { UnacknowledgedSegments = 1, Retransmits = 2 }, SegmentsInSilence = 3, PathRetransmittedSegments = 30, PathSentSegments = 100 },
    ];

    private static IEnumerable<LossEvidence> Evidences(SocketError? error)
    {
        foreach (TimeSpan? pause in (TimeSpan?[])[null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(9)])
        {
            foreach (LossEvidence kernel in Kernels)
            {
                foreach (bool? flag in (bool?[])[null, false, true])
                {
                    yield return new LossEvidence
                    {
                        SocketError = error,
                        LongestOwnPause = pause,
                        Kernel = kernel.Kernel,
                        SegmentsInSilence = kernel.SegmentsInSilence,
                        AcknowledgedInSilenceBytes = kernel.AcknowledgedInSilenceBytes,
                        LocalNetworkIsDown = kernel.LocalNetworkIsDown,
                        WriteStuck = flag,
                        PathRetransmittedSegments = kernel.PathRetransmittedSegments,
                        PathSentSegments = kernel.PathSentSegments,
                        UnreadSocketBytes = flag == true ? 5 : null,
                        ExcusedWhileStarved = flag == false ? TimeSpan.FromSeconds(1) : null,
                    };
                }
            }
        }
    }
}
