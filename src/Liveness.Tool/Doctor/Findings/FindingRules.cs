using System.Net.NetworkInformation;
using Liveness.KeepAlive;

namespace Liveness.Tool.Doctor;

/// <summary>What a socket's numbers mean. Pure.</summary>
/// <remarks>
/// The kernel names one timer of a socket. While data is on its way that is the retransmission's, so only an idle socket shows whether
/// keepalive is on. The settings of keepalive are not told at all: only when the timer falls due.
/// </remarks>
/// <param name="idleLimit">After so long without a segment a box on the way forgets a connection; null = none is known.</param>
internal sealed class FindingRules(TimeSpan? idleLimit)
{
    /// <summary>Timeouts in a row: with the usual shortest timeout of 200 ms, nothing was acknowledged for 1.4 s.</summary>
    private const int TimeoutsInVain = 3;

    /// <summary>One is on its way now and then; it takes a second one to say that nobody answered.</summary>
    private const int ProbesInVain = 2;

    /// <summary>TCP_RTO_MAX and TCP_RTO_MIN of Linux.</summary>
    private static readonly TimeSpan s_longestTimeout = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan s_shortestTimeout = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_patienceWithReaders = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_patienceWithWindows = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_patienceWithHalfCloses = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_lateKeepAlive = TimeSpan.FromMinutes(10);

    public IReadOnlyList<Finding> Judge(SocketRecord socket)
    {
        if (socket.State == TcpState.Listen)
        {
            return AcceptQueue(socket) is { } full ? [full] : [];
        }

        if (socket.State == TcpState.SynSent)
        {
            return Connecting(socket) is { } vain ? [vain] : [];
        }

        if (socket.Info is not { } info)
        {
            return [];
        }

        List<Finding> found = [];
        Add(found, Unanswered(socket, info));
        Add(found, ClosedByPeer(socket, info));
        Add(found, Unread(socket, info));
        Add(found, ClosedByUs(socket, info));
        if (found.Count == 0 && socket.State == TcpState.Established && !socket.IsWithinHost)
        {
            Add(found, KeepAlive(socket, info));
            Add(found, Idle(info));
        }

        return found;
    }

    private static void Add(List<Finding> found, Finding? finding)
    {
        if (finding is not null)
        {
            found.Add(finding);
        }
    }

    /// <summary>The kernel counts one more than the limit before it is full.</summary>
    private static Finding? AcceptQueue(SocketRecord socket) => socket.ReceiveQueue <= socket.SendQueue
        ? null
        : Problem(FindingKind.AcceptQueueFull, null,
            $"the accept queue is full: {Words.Number(socket.ReceiveQueue)} connections wait, {Words.Number(socket.SendQueue)} may; "
                + "further ones are not answered");

    private static Finding? Connecting(SocketRecord socket) => socket.TimerCount < TimeoutsInVain
        ? null
        : Problem(FindingKind.ConnectingInVain, null,
            $"connecting in vain: the SYN was sent {socket.TimerCount + 1} times, and nobody answers");

    private static Finding? Unanswered(SocketRecord socket, in TcpInfoSnapshot info) => socket.Timer switch
    {
        SocketTimer.Retransmission when info.Retransmits >= TimeoutsInVain => InVain(socket, info),
        SocketTimer.KeepAlive when info.UnansweredProbes >= ProbesInVain && socket.State != TcpState.FinWait2 => Problem(
            FindingKind.KeepAliveUnanswered, info.SinceAckReceived,
            $"{info.UnansweredProbes} keepalive probes are unanswered: nothing was heard for {Words.Duration(info.SinceAckReceived)}"),
        SocketTimer.WindowProbe when info.UnansweredProbes >= TimeoutsInVain => Problem(
            FindingKind.WindowProbesUnanswered, info.SinceAckReceived,
            $"the peer's window was closed, and {info.UnansweredProbes} questions about it are unanswered: nothing was heard for "
                + $"{Words.Duration(info.SinceAckReceived)}, and {Words.Bytes(socket.SendQueue)} wait"),
        SocketTimer.WindowProbe when info.SinceDataSent >= s_patienceWithWindows => Problem(
            FindingKind.ClosedWindow, info.SinceDataSent,
            $"closed window for {Words.Duration(info.SinceDataSent)}: the peer's host answers, its program does not read, and "
                + $"{Words.Bytes(socket.SendQueue)} wait"),
        _ => null,
    };

    private static Finding InVain(SocketRecord socket, in TcpInfoSnapshot info)
    {
        TimeSpan? age = Shorter(info.SinceAckReceived, SinceFirstSent(info));
        string what = socket.SendQueue == 0 ? "an end" : Words.Bytes(socket.SendQueue);
        return Problem(FindingKind.RetransmittingInVain, age,
            $"retransmitting in vain for {Words.Duration(age)}: {info.Retransmits} timeouts in a row, {what} unacknowledged");
    }

    /// <summary>
    /// The kernel tells when it sent last, retransmissions included. Each timeout before that was twice as long as the one before it, up to
    /// two minutes.
    /// </summary>
    private static TimeSpan? SinceFirstSent(in TcpInfoSnapshot info)
    {
        if (info is not { SinceDataSent: { } age, RetransmissionTimeout: { } present, Backoff: { } doublings })
        {
            return null;
        }

        // Once it has reached its maximum, the first one is not known any more: it is taken for as short as it may have been.
        TimeSpan timeout = present < s_longestTimeout
            ? present / Math.Pow(2, doublings)
            : s_shortestTimeout + (info.RoundTrip ?? TimeSpan.Zero);
        for (int i = 0; i < info.Retransmits; i++)
        {
            age += timeout;
            timeout = timeout * 2 < s_longestTimeout ? timeout * 2 : s_longestTimeout;
        }

        return age;
    }

    /// <summary>
    /// A FIN is no data. It acknowledges, though: where nothing was sent behind it and no keepalive asks, the last acknowledgement was the
    /// FIN. Otherwise it came after the last data.
    /// </summary>
    private static Finding? ClosedByPeer(SocketRecord socket, in TcpInfoSnapshot info)
    {
        if (socket.State != TcpState.CloseWait || info.SinceAckReceived is not { } sinceAck || info.SinceDataReceived is not { } sinceData)
        {
            return null;
        }

        bool isExact = socket.Timer == SocketTimer.None && !(info.SinceDataSent < sinceAck);
        TimeSpan age = isExact ? sinceAck : sinceData;
        return age < s_patienceWithReaders
            ? null
            : Problem(FindingKind.NotClosed, age,
                $"the peer has closed, this process has not, for {(isExact ? "" : "at most ")}{Words.Duration(age)}");
    }

    /// <summary>The newest byte has waited for so long; those before it for longer.</summary>
    private static Finding? Unread(SocketRecord socket, in TcpInfoSnapshot info) =>
        socket.State == TcpState.Established && socket.ReceiveQueue > 0 && info.SinceDataReceived >= s_patienceWithReaders
            ? Problem(FindingKind.NotRead, info.SinceDataReceived,
                $"this process does not read: {Words.Bytes(socket.ReceiveQueue)} have waited for {Words.Duration(info.SinceDataReceived)}")
            : null;

    /// <summary>Without a process, the kernel ends it within a minute.</summary>
    private static Finding? ClosedByUs(SocketRecord socket, in TcpInfoSnapshot info) =>
        socket.State == TcpState.FinWait2 && socket.Inode != 0 && info.SinceAckReceived >= s_patienceWithHalfCloses
            ? Risk(FindingKind.HalfClosed, info.SinceAckReceived,
                $"this process has closed its side, the peer has not, for {Words.Duration(info.SinceAckReceived)}")
            : null;

    private static Finding? KeepAlive(SocketRecord socket, in TcpInfoSnapshot info) => socket.Timer switch
    {
        SocketTimer.None => Risk(FindingKind.NoKeepAlive, Shorter(info.SinceAckReceived, info.SinceDataReceived),
            "no keepalive: a dead peer is found never, unless something is sent; nothing was heard for "
                + Words.Duration(Shorter(info.SinceAckReceived, info.SinceDataReceived))),
        SocketTimer.KeepAlive when socket.TimerDue >= s_lateKeepAlive => Risk(FindingKind.LateKeepAlive, socket.TimerDue,
            $"keepalive is on, and does not look before {Words.Duration(socket.TimerDue)}: a dead peer is found later than that"),
        _ => null,
    };

    private Finding? Idle(in TcpInfoSnapshot info) =>
        idleLimit is { } limit
            && Shorter(Shorter(info.SinceAckReceived, info.SinceDataReceived), info.SinceDataSent) is { } idle
            && idle > limit
            ? Risk(FindingKind.IdleBeyondLimit, idle,
                $"idle for {Words.Duration(idle)} behind a limit of {Words.Duration(limit)}: a box on the way may have forgotten it")
            : null;

    private static TimeSpan? Shorter(TimeSpan? a, TimeSpan? b) => a < b || b is null ? a : b;

    private static Finding Problem(FindingKind kind, TimeSpan? age, string text) => new(kind, Severity.Problem, text, age);

    private static Finding Risk(FindingKind kind, TimeSpan? age, string text) => new(kind, Severity.Risk, text, age);
}
