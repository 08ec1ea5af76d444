using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Liveness.NetworkTests.Peer;
using Liveness.ProtocolPing;

namespace Liveness.NetworkTests.PingPeer;

/// <summary>
/// A client of redis whose connection is kept watch on by redis' own PING. It obeys and reports as <see cref="PeerProgram"/> does.
/// </summary>
internal sealed class PingPeerProgram(PingPeerOptions options, Socket socket, Reporter reporter)
{
    private static readonly byte[] s_ping = Encoding.ASCII.GetBytes("PING\r\n");

    private ProtocolHeartbeat? _heartbeat;
    private long _lastByteAt;
    private bool _isSuspectSeen;
    private bool _reads = true;

    public static async Task RunAsync(PingPeerOptions options)
    {
        await RehearseAsync();
        Reporter reporter = new();
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        PingPeerProgram program = new(options, socket, reporter);
        TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => PeerProgram.Obey(program.Obey, reporter, ended)) { IsBackground = true, Name = "commands" }.Start();
        reporter.Report(new PeerEvent(PeerEventKind.Ready));
        await ended.Task;
        reporter.Complete();
        Environment.Exit(0);
    }

    private void Obey(string[] command)
    {
        switch (command)
        {
            case ["connect"]:
                Connect();
                break;
            case ["status"]:
                ReportStatus();
                break;
            case ["probe"]:
                _ = ProbeAsync();
                break;
            case ["stop-reading"]:
                Volatile.Write(ref _reads, false);
                break;
            case ["send", .. string[] words]:
                socket.Send(Encoding.ASCII.GetBytes(string.Join(' ', words) + "\r\n"));
                break;
            default:
                throw new ArgumentException($"No such command: {string.Join(' ', command)}", nameof(command));
        }
    }

    private void Connect()
    {
        socket.Connect(new IPEndPoint(IPAddress.Parse(options.Address), options.Port));
        _lastByteAt = Stopwatch.GetTimestamp();
        ProtocolHeartbeatOptions heartbeat = new() { DetectWithin = options.DetectWithin };
        _heartbeat = options.ShowsSocket ? ProtocolHeartbeat.Start(socket, PingAsync, heartbeat) : ProtocolHeartbeat.Start(PingAsync, heartbeat);
        _heartbeat.Monitor.StateChanged += (_, e) =>
        {
            _isSuspectSeen |= e.NewState == LivenessState.Suspect;
            reporter.Report(new PeerEvent(PeerEventKind.Changed, 0) { Text = $"{e.NewState}", Conditions = e.NewConditions });
        };
        _heartbeat.Monitor.ConnectionLost += (_, e) => reporter.Report(new PeerEvent(PeerEventKind.Lost, 0) { Loss = LossReport.Of(e.Loss), Status = Status() });
        reporter.Report(new PeerEvent(PeerEventKind.Opened, 0));
        _ = ReadAsync(_heartbeat);
    }

    private async ValueTask PingAsync(CancellationToken cancellationToken) => await socket.SendAsync(s_ping, cancellationToken);

    private async Task ReadAsync(ProtocolHeartbeat heartbeat)
    {
        byte[] buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer) is > 0 and int count)
            {
                heartbeat.ReportReceived(count);
                Volatile.Write(ref _lastByteAt, Stopwatch.GetTimestamp());
                while (!Volatile.Read(ref _reads))
                {
                    await Task.Delay(10);
                }
            }

            heartbeat.ReportClosed();
            reporter.Report(new PeerEvent(PeerEventKind.End, 0));
        }
        catch (SocketException exception)
        {
            heartbeat.ReportFailed(exception);
            reporter.Report(new PeerEvent(PeerEventKind.Failed, 0) { Text = exception.SocketErrorCode.ToString() });
        }
    }

    private async Task ProbeAsync()
    {
        TimeSpan roundTrip = await _heartbeat!.Monitor.ProbeAsync();
        reporter.Report(new PeerEvent(PeerEventKind.Received, 0) { Text = $"{roundTrip.TotalMilliseconds}" });
    }

    private ConnectionStatus Status()
    {
        ConnectionSnapshot snapshot = _heartbeat!.Monitor.GetSnapshot();
        return new ConnectionStatus
        {
            State = snapshot.State,
            SuspectSeen = _isSuspectSeen,
            LastByteAt = Volatile.Read(ref _lastByteAt),
            BytesReceived = snapshot.BytesReceived ?? 0,
            Bound = snapshot.Bound,
        };
    }

    private void ReportStatus() =>
        reporter.Report(new PeerEvent(PeerEventKind.Status, 0) { Status = Status(), Count = (int)_heartbeat!.Monitor.GetSnapshot().ProbesSent!.Value });

    /// <summary>As <see cref="Rehearsal"/>: the code of a loss is compiled before the real one.</summary>
    private static async Task RehearseAsync()
    {
        await using ProtocolHeartbeat heartbeat = ProtocolHeartbeat.Start(_ => ValueTask.CompletedTask, new ProtocolHeartbeatOptions { DetectWithin = TimeSpan.FromMilliseconds(200) });
        TaskCompletionSource reported = new(TaskCreationOptions.RunContinuationsAsynchronously);
        heartbeat.Monitor.ConnectionLost += (_, e) =>
        {
            _ = new PeerEvent(PeerEventKind.Lost) { Loss = LossReport.Of(e.Loss), Status = new ConnectionStatus() }.ToLine();
            reported.TrySetResult();
        };
        await reported.Task;
    }
}
