using System.Net;
using System.Net.Sockets;
using System.Text;
using Liveness.KeepAlive;
using Liveness.NetworkTests.Peer;
using Liveness.SideChannel;

namespace Liveness.NetworkTests.SidePeer;

/// <summary>A plain TCP connection, on which nothing is sent but what the test asks for; watched from outside, or not.</summary>
internal sealed class DataConnection(int number, Socket socket, SidePeerOptions options, Reporter reporter)
{
    private readonly byte[] _request = Encoding.ASCII.GetBytes(options.Request);
    private SideWatch? _watched;

    public void Start(ISideEnd? side)
    {
        if (options.KernelForgets)
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }

        if (options.UserTimeout is { } userTimeout)
        {
            socket.ApplyTcpKeepAlive(new TcpKeepAliveOptions { Enabled = false, UserTimeout = userTimeout });
        }

        if (options.OwnKeepAlive is { } own)
        {
            socket.ApplyTcpKeepAlive(new TcpKeepAliveOptions { DetectWithin = own });
        }

        if (side is not null)
        {
            _watched = side.Watch(socket, options.Key is { } key ? Encoding.ASCII.GetBytes(key) : null);
            _watched.Monitor.StateChanged += (_, e) => Report(PeerEventKind.Changed, $"{e.NewState}", e.NewConditions);
            _watched.Monitor.ConnectionLost += (_, e) => reporter.Report(new PeerEvent(PeerEventKind.Lost, number) { Loss = LossReport.Of(e.Loss) });
        }

        Report(PeerEventKind.Opened, $"{((IPEndPoint)socket.LocalEndPoint!).Port}");
        if (!options.DoesNotRead)
        {
            _ = ReadAsync();
        }
    }

    public async Task SendRequestAsync(int times = 1)
    {
        try
        {
            for (int i = 0; i < times; i++)
            {
                await socket.SendAsync(_request);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            Report(PeerEventKind.Failed, exception.Message);
        }
    }

    public void ReportStatus() => Report(PeerEventKind.Status, $"{_watched?.Monitor.State}", _watched?.Monitor.Conditions ?? ConnectionConditions.None);

    private async Task ReadAsync()
    {
        byte[] buffer = new byte[1024];
        try
        {
            while (await socket.ReceiveAsync(buffer) is > 0 and int count)
            {
                Report(PeerEventKind.Received, Encoding.ASCII.GetString(buffer, 0, count));
                if (options.Role == PeerRole.Server)
                {
                    await socket.SendAsync(buffer.AsMemory(0, count));
                }
            }

            Report(PeerEventKind.End);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            Report(PeerEventKind.Failed, exception.Message);
        }
    }

    private void Report(PeerEventKind kind, string? text = null, ConnectionConditions? conditions = null) =>
        reporter.Report(new PeerEvent(kind, number) { Text = text, Conditions = conditions });
}
