using System.Diagnostics;
using System.Net.Sockets;
using CableLab;
using Liveness;
using Liveness.KeepAlive;

namespace PullTheCable;

/// <summary>Tells what a connection's monitor says: this is how your program listens to one.</summary>
internal sealed class EndReporter
{
    private readonly ConnectionMonitor _monitor;
    private readonly Socket _tcp;
    private readonly PlainSocket _socket;
    private readonly Action<EndEvent> _report;

    private EndReporter(HeartbeatStream stream, Socket socket, Action<EndEvent> report)
    {
        (_monitor, _tcp, _socket, _report) = (stream.Monitor, socket, new PlainSocket(socket), report);
        _monitor.StateChanged += OnStateChanged;
        _monitor.ConnectionLost += OnConnectionLost;
    }

    public static void Attach(HeartbeatStream stream, Socket socket, Action<EndEvent> report) =>
        _ = new EndReporter(stream, socket, report);

    private void OnStateChanged(object? sender, LivenessStateChangedEventArgs e)
    {
        if (e.NewState != e.OldState)
        {
            OnState(e.OldState, e.NewState);
        }

        ConnectionConditions raised = e.NewConditions & ~e.OldConditions;
        if ((raised & ConnectionConditions.PeerNotConsuming) != 0)
        {
            ConnectionSnapshot now = _monitor.GetSnapshot();
            Report(
                EndEventKind.Stalled,
                $"Stalled (PeerNotConsuming): the peer lives and has received {now.PeerReceivedBytes:N0} bytes, "
                + $"its application has read {now.PeerConsumedBytes:N0} of them");
        }

        if ((raised & ConnectionConditions.WeAreBehind) != 0)
        {
            Report(EndEventKind.Note, $"WeAreBehind: {_monitor.GetSnapshot().UnreadBytes:N0} bytes wait for our own application");
        }
    }

    private void OnState(LivenessState before, LivenessState state)
    {
        switch (state)
        {
            case LivenessState.Suspect:
                ConnectionSnapshot now = _monitor.GetSnapshot();
                string silence = Duration.Show(now.Silence ?? TimeSpan.Zero);
                ReportSuspect($"Suspect: nothing heard for {silence}; probes go out, to be answered at once\n"
                    + $"the plain socket still believes: {_socket.Describe()}");
                break;
            case LivenessState.Alive when before == LivenessState.Suspect:
                Report(EndEventKind.Note, "Alive again");
                break;
            case LivenessState.Closed:
                Report(EndEventKind.Closed, "Closed in good order: no loss");
                break;
        }
    }

    private void OnConnectionLost(object? sender, ConnectionLostEventArgs e)
    {
        long now = Stopwatch.GetTimestamp();
        LossEvidence evidence = e.Loss.Evidence;
        _report(new EndEvent(
            now,
            EndEventKind.Lost,
            LossWords.Describe(e.Loss),
            e.Loss.GetType().Name,
            evidence.IncidentId,
            evidence.LongestOwnPause ?? TimeSpan.Zero,
            evidence.OwnPauses ?? TimeSpan.Zero,
            LastByteAt(),
            e.Loss.Diagnosis,
            e.Loss.Certainty));
    }

    /// <summary>
    /// By the kernel's own account, so that the library does not measure itself. 0 = it does not tell, or the socket is closed.
    /// </summary>
    private long LastByteAt() => TcpInfoSnapshot.TryRead(_tcp, out TcpInfoSnapshot info) && info.SinceDataReceived is { } since
        ? Stopwatch.GetTimestamp() - (long)(since.TotalSeconds * Stopwatch.Frequency)
        : 0;

    private void ReportSuspect(string text) => _report(EndEvent.Now(EndEventKind.Suspect, text) with { LastByteAt = LastByteAt() });

    private void Report(EndEventKind kind, string text) => _report(EndEvent.Now(kind, text));
}
