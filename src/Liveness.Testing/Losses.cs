using System.Net.Sockets;

namespace Liveness.Testing;

/// <summary>
/// Ready-made losses, for tests of code that handles them: each is what the library itself would make of such an observation, diagnosis
/// included.
/// </summary>
/// <example>
/// <code>
/// ConnectionLoss[] losses =
///     [Losses.HeartbeatTimedOut(), Losses.ConnectionReset(), Losses.PeerNotLiveness("220 mail ready\r\n"u8.ToArray())];
/// </code>
/// </example>
public static class Losses
{
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(10);

    /// <summary>Nothing was heard within the bound.</summary>
    /// <param name="silence">How long nothing was heard; default 9.88 s.</param>
    /// <param name="bound">The bound of the connection; default 10 s.</param>
    /// <param name="missedBeats">Beats missed; default 9.</param>
    /// <param name="evidence">Replaces the evidence, and <paramref name="missedBeats"/> with it; it decides the diagnosis.</param>
    public static HeartbeatTimedOut HeartbeatTimedOut(
        TimeSpan? silence = null, TimeSpan? bound = null, int missedBeats = 9, LossEvidence? evidence = null) =>
        (HeartbeatTimedOut)Make(
            LossKind.HeartbeatTimedOut, silence ?? TimeSpan.FromSeconds(9.88), bound,
            evidence ?? new LossEvidence { MissedBeats = missedBeats });

    /// <summary>The peer is heard, but does not hear us.</summary>
    /// <param name="outboundAge">Since when the peer had echoed nothing; default 10 s.</param>
    /// <param name="bound">The bound of the connection; default 10 s.</param>
    /// <param name="evidence">Replaces the evidence, and <paramref name="outboundAge"/> with it.</param>
    public static OutboundDead OutboundDead(TimeSpan? outboundAge = null, TimeSpan? bound = null, LossEvidence? evidence = null) =>
        (OutboundDead)Make(
            LossKind.OutboundDead, TimeSpan.FromMilliseconds(300), bound,
            evidence ?? new LossEvidence { OutboundAge = outboundAge ?? s_bound, PeerHeardUsAgo = outboundAge ?? s_bound });

    /// <summary>The connection was reset.</summary>
    /// <param name="evidence">Decides the diagnosis: a long <see cref="LossEvidence.LongestOwnPause"/> says that we paused.</param>
    public static ConnectionReset ConnectionReset(LossEvidence? evidence = null) =>
        (ConnectionReset)Make(
            LossKind.ConnectionReset,
            TimeSpan.FromMilliseconds(300),
            bound: null,
            evidence ?? new LossEvidence { SocketError = SocketError.ConnectionReset },
            exception: new IOException("The connection was reset.", new SocketException((int)SocketError.ConnectionReset)));

    /// <summary>The operating system gave the connection up: nothing was acknowledged within its limit.</summary>
    /// <param name="silence">How long nothing was heard; default 10.1 s.</param>
    /// <param name="bound">The operating system's limit; default 10 s.</param>
    /// <param name="evidence">Decides the diagnosis: a closed window in <see cref="LossEvidence.Kernel"/> says that the peer does not
    /// read.</param>
    public static KeepAliveTimedOut KeepAliveTimedOut(TimeSpan? silence = null, TimeSpan? bound = null, LossEvidence? evidence = null) =>
        (KeepAliveTimedOut)Make(
            LossKind.KeepAliveTimedOut,
            silence ?? TimeSpan.FromSeconds(10.1),
            bound,
            evidence ?? new LossEvidence { UnansweredProbes = 4 });

    /// <summary>The network is gone: by default our own interface is down.</summary>
    /// <param name="silence">How long nothing was heard; default 10.1 s.</param>
    /// <param name="bound">The operating system's limit; default 10 s.</param>
    /// <param name="evidence">Replaces the evidence; a <see cref="LossEvidence.SocketError"/> in place of
    /// <see cref="LossEvidence.LocalNetworkIsDown"/> is what a read or write would have said.</param>
    public static NetworkUnreachable NetworkUnreachable(TimeSpan? silence = null, TimeSpan? bound = null, LossEvidence? evidence = null) =>
        (NetworkUnreachable)Make(
            LossKind.NetworkUnreachable, silence ?? TimeSpan.FromSeconds(10.1), bound,
            evidence ?? new LossEvidence { LocalNetworkIsDown = true });

    /// <summary>The peer's side ended without a goodbye: its process was killed, for example.</summary>
    /// <param name="evidence">The evidence; null, the default, means none.</param>
    public static ClosedWithoutGoodbye ClosedWithoutGoodbye(LossEvidence? evidence = null) =>
        (ClosedWithoutGoodbye)Make(LossKind.ClosedWithoutGoodbye, TimeSpan.FromMilliseconds(300), bound: null, evidence);

    /// <summary>The peer said that it gave this connection up.</summary>
    /// <param name="code">Why, as it said; default <see cref="GoodbyeCode.JudgedLost"/>.</param>
    /// <param name="reason">Its text; default none.</param>
    /// <param name="evidence">Decides the diagnosis: a long <see cref="LossEvidence.LongestOwnPause"/> says that we paused.</param>
    public static PeerGaveUp PeerGaveUp(GoodbyeCode code = GoodbyeCode.JudgedLost, string reason = "", LossEvidence? evidence = null) =>
        (PeerGaveUp)Make(LossKind.PeerGaveUp, TimeSpan.Zero, bound: null, evidence, goodbye: new GoodbyeFrame(code, reason));

    /// <summary>The peer did not introduce itself in time, or in no version that we speak.</summary>
    /// <param name="detail">What happened, in plain words.</param>
    /// <param name="evidence">The evidence; null, the default, means none.</param>
    public static HandshakeFailed HandshakeFailed(
        string detail = "the peer has not started Liveness yet, or does not speak it", LossEvidence? evidence = null) =>
        (HandshakeFailed)Make(LossKind.HandshakeFailed, s_bound, bound: null, evidence, detail: detail);

    /// <summary>
    /// The peer slowed down in the middle of the connection, more than <see cref="HeartbeatOptions.RequireBound"/> allows.
    /// </summary>
    /// <param name="evidence">The evidence; null, the default, means none.</param>
    public static BoundExceeded BoundExceeded(LossEvidence? evidence = null) =>
        (BoundExceeded)Make(LossKind.BoundExceeded, TimeSpan.Zero, bound: null, evidence);

    /// <summary>The peer speaks another protocol.</summary>
    /// <param name="firstBytes">What it sent first, at most 16 bytes; default none.</param>
    public static PeerNotLiveness PeerNotLiveness(ReadOnlyMemory<byte> firstBytes = default) =>
        (PeerNotLiveness)Make(
            LossKind.PeerNotLiveness,
            TimeSpan.Zero,
            bound: null,
            new LossEvidence { FirstBytes = firstBytes },
            detail: "the peer's first bytes are not those of Liveness");

    /// <summary>The peer broke the protocol: it sent more control frames than agreed.</summary>
    /// <param name="evidence">Replaces the evidence: what the rule allows, and what came in its place.</param>
    public static ProtocolViolated ProtocolViolated(LossEvidence? evidence = null) =>
        (ProtocolViolated)Make(
            LossKind.ProtocolViolated,
            TimeSpan.Zero,
            bound: null,
            evidence ?? new LossEvidence
            {
                ProtocolExpected = "at most 64 control frames ahead of one for each 20 ms",
                ProtocolSeen = "65 ahead",
            },
            rule: ProtocolRule.Flood);

    /// <summary>The transport failed in a way that has no kind of its own, or our own reader hangs.</summary>
    /// <param name="exception">What the transport threw; default an <see cref="IOException"/>.</param>
    /// <param name="evidence">The evidence; null, the default, means none.</param>
    public static TransportFailed TransportFailed(Exception? exception = null, LossEvidence? evidence = null) =>
        (TransportFailed)Make(
            LossKind.TransportFailed, TimeSpan.Zero, bound: null, evidence,
            exception: exception ?? new IOException("The transport failed."));

    /// <summary>This end closed the connection, and the peer did not confirm it.</summary>
    /// <param name="unconfirmedBytes">What the peer had not confirmed; default 1,000.</param>
    /// <param name="silence">How long nothing was heard; default 300 ms.</param>
    /// <param name="evidence">Decides the diagnosis; default a peer that beats and leaves data unread.</param>
    public static CloseTimedOut CloseTimedOut(long unconfirmedBytes = 1_000, TimeSpan? silence = null, LossEvidence? evidence = null) =>
        (CloseTimedOut)Make(
            LossKind.CloseTimedOut,
            silence ?? TimeSpan.FromMilliseconds(300),
            bound: null,
            evidence ?? new LossEvidence { MissedBeats = 0, PeerReceivedBytes = 65_536, PeerConsumedBytes = 0 },
            unconfirmedBytes: unconfirmedBytes);

    private static ConnectionLoss Make(
        LossKind kind,
        TimeSpan silence,
        TimeSpan? bound,
        LossEvidence? evidence,
        Exception? exception = null,
        GoodbyeFrame? goodbye = null,
        string? detail = null,
        ProtocolRule rule = ProtocolRule.None,
        long unconfirmedBytes = 0)
    {
        LossObservation observation = new()
        {
            Kind = kind,
            Silence = silence,
            Bound = bound ?? s_bound,
            Evidence = evidence ?? new LossEvidence(),
            Exception = exception,
            Goodbye = goodbye,
            Detail = detail,
            Rule = rule,
            UnconfirmedBytes = unconfirmedBytes,
        };
        return LossFactory.Create(observation, TimeProvider.System.GetUtcNow());
    }
}
