using System.Net;
using System.Net.Sockets;
using Liveness.NetworkTests.Peer;

namespace Liveness.NetworkTests.SidePeer;

/// <summary>
/// Data connections and the side channel beside them: one end of both, which obeys and reports as <see cref="PeerProgram"/> does.
/// </summary>
internal sealed class SidePeerProgram(SidePeerOptions options, Reporter reporter)
{
    private const int SocketLevel = 1;
    private const int ReusePort = 15;

    private static readonly TimeSpan s_lookEvery = TimeSpan.FromMilliseconds(10);

    private readonly Lock _lock = new();
    private readonly List<DataConnection> _connections = [];
    private ISideEnd? _side;

    public static async Task RunAsync(SidePeerOptions options)
    {
        if (options.RefusesTcpInfo)
        {
            Sandbox.RefuseTcpInfo();
        }

        await SideRehearsal.RunAsync();
        Reporter reporter = new();
        SidePeerProgram program = new(options, reporter);
        await program.StartAsync();
        TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => PeerProgram.Obey(program.Obey, reporter, ended)) { IsBackground = true, Name = "commands" }.Start();
        reporter.Report(new PeerEvent(PeerEventKind.Ready));
        await ended.Task;
        reporter.Complete();
        Environment.Exit(0);
    }

    private async Task StartAsync()
    {
        _side = await SideEnds.StartAsync(options);
        if (_side is { } side)
        {
            side.PeerLost += (_, e) => reporter.Report(new PeerEvent(PeerEventKind.Batch) { Count = e.Connections.Count });
            new Thread(() => Look(side)) { IsBackground = true, Name = "sampler" }.Start();
        }

        if (options.Role == PeerRole.Server)
        {
            Array.ForEach(options.Ports, Listen);
        }
    }

    private void Obey(string[] command)
    {
        switch (command)
        {
            case ["connect"]:
                Connect();
                break;
            case ["fill"]:
                // More than the buffers of both ends hold: nobody waits for what does not fit.
                foreach (DataConnection connection in _connections)
                {
                    _ = connection.SendRequestAsync(times: 100);
                }

                break;
            case ["request"]:
                ForEach(connection => _ = connection.SendRequestAsync());
                break;
            case ["status"]:
                ForEach(connection => connection.ReportStatus());
                break;
            default:
                throw new ArgumentException($"No such command: {string.Join(' ', command)}", nameof(command));
        }
    }

    private void Listen(int port)
    {
        Socket listening = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (options.SharesPorts)
        {
            listening.SetRawSocketOption(SocketLevel, ReusePort, BitConverter.GetBytes(1));
        }

        listening.Bind(new IPEndPoint(IPAddress.Parse(options.Address), port));
        listening.Listen(512);
        _ = AcceptAsync(listening);
    }

    private async Task AcceptAsync(Socket listening)
    {
        await Task.Delay(options.AcceptAfter);
        while (true)
        {
            Open(await listening.AcceptAsync());
        }
    }

    /// <summary>One after the other: their numbers are those of the ports, in order.</summary>
    private void Connect()
    {
        foreach (int port in options.Ports)
        {
            for (int i = 0; i < options.Connections; i++)
            {
                Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Connect(new IPEndPoint(IPAddress.Parse(options.Address), port));
                Open(socket);
            }
        }
    }

    private void Open(Socket socket)
    {
        lock (_lock)
        {
            DataConnection connection = new(_connections.Count, socket, options, reporter);
            _connections.Add(connection);
            int port = ((IPEndPoint)(options.Role == PeerRole.Server ? socket.LocalEndPoint : socket.RemoteEndPoint)!).Port;
            connection.Start(options.UnwatchedPorts.Contains(port) ? null : _side);
        }
    }

    private void ForEach(Action<DataConnection> act)
    {
        lock (_lock)
        {
            _connections.ForEach(act);
        }
    }

    private void Look(ISideEnd side)
    {
        int before = -1;
        while (true)
        {
            int now = side.AliveCount;
            if (now != before)
            {
                before = now;
                reporter.Report(new PeerEvent(PeerEventKind.SideChanged) { Count = now });
            }

            Thread.Sleep(s_lookEvery);
        }
    }
}
