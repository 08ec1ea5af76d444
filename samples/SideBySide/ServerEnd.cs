using System.Net;
using System.Net.Sockets;
using CableLab;
using Liveness.SideChannel;

namespace SideBySide;

/// <summary>The child process: accepts data connections and echoes, and has them watched through its side channel listener.</summary>
internal static class ServerEnd
{
    /// <summary>Of the environment: a command line can be read by everybody.</summary>
    public const string SecretVariable = "SIDE_BY_SIDE_SECRET";

    /// <param name="arguments">Of this run.</param>
    /// <param name="ports">See <see cref="Arguments.Ports"/>.</param>
    public static async Task RunAsync(Arguments arguments, string ports)
    {
        new Thread(EndWithParent) { IsBackground = true }.Start();
        (IPEndPoint data, IPEndPoint side) = Paths.AtServer(arguments, ports);
        using TcpListener accepting = new(data);
        accepting.Start();
        SideChannelListenerOptions options = new()
        {
            DetectWithin = arguments.DetectWithin,
            SharedSecret = Environment.GetEnvironmentVariable(SecretVariable),
        };
        await using SideChannelListener listener = SideChannelListener.Start(side, options);
        int port = ((IPEndPoint)accepting.LocalEndpoint).Port;
        Report(EndEvent.Now(
            EndEventKind.Listening,
            $"process {Environment.ProcessId} listens on port {port}, side channel on {listener.LocalEndPoint}",
            $"{port},{listener.LocalEndPoint.Port}"));

        Watcher watcher = new(arguments.Connections, Report);
        listener.PeerLost += watcher.OnPeerLost;
        for (int i = 0; i < arguments.Connections; i++)
        {
            Socket socket = await accepting.AcceptSocketAsync();
            if (arguments.Fault.Name == Fault.Restart)
            {
                // When this process is killed, its kernel resets the connection instead of closing it in good order.
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
            }

            watcher.Add(listener.Watch(socket));
            _ = EchoAsync(socket);
        }

        await watcher.Ended;
        Report(EndEvent.Now(EndEventKind.Done, ""));
    }

    private static async Task EchoAsync(Socket socket)
    {
        byte[] buffer = new byte[256];
        try
        {
            while (await socket.ReceiveAsync(buffer) is int count and > 0)
            {
                await socket.SendAsync(buffer.AsMemory(0, count));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The side channel's event says why; here it is only over.
            return;
        }

        socket.Dispose();
    }

    /// <summary>Whatever becomes of the parent, the end of stdin ends this process: it is never left behind.</summary>
    private static void EndWithParent()
    {
        Console.OpenStandardInput().CopyTo(Stream.Null);
        Environment.Exit(ExitCodes.Right);
    }

    private static void Report(EndEvent e) => Console.WriteLine(e.ToLine());
}
