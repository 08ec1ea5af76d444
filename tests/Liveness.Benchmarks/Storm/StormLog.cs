using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Liveness.Benchmarks;

/// <summary>What the log says of a storm, and of strangers, as it reads with the console logger: over loopback, for real.</summary>
internal static class StormLog
{
    private const int AtOnce = 64;

    /// <summary>Of loopback: every other stranger comes from the first.</summary>
    private const int StrangerAddresses = 40;

    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_summary = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_minute = TimeSpan.FromSeconds(61);

    public static async Task RunAsync(int connections, int strangers, TimeSpan detectWithin)
    {
        Machine.RefuseWithoutDescriptors(connections);
        using ILoggerFactory loggers = LoggerFactory.Create(static logging => logging.AddSimpleConsole(static console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss.fff ";
        }));
        LivenessOptions options = new() { DetectWithin = detectWithin };
        await using LivenessFactory factory = new(options, loggers);
        if (connections > 0)
        {
            await LoseAsync(factory, connections, detectWithin);
        }

        if (strangers > 0)
        {
            await TurnAwayAsync(factory, strangers);
        }
    }

    /// <summary>The process at the other end is stopped.</summary>
    private static async Task LoseAsync(LivenessFactory factory, int connections, TimeSpan detectWithin)
    {
        await using Child peer = Child.Start(StormPeer.Verb, detectWithin.TotalSeconds.ToString(CultureInfo.InvariantCulture), "bare");
        string[] started = (await peer.ReadAsync()).Split(' ');
        IPEndPoint there = new(IPAddress.Loopback, int.Parse(started[0], CultureInfo.InvariantCulture));
        LivenessConnection[] all = new LivenessConnection[connections];
        await Parallel.ForAsync(0, connections, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, cancellationToken) =>
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(there, cancellationToken);
            string ownId = string.Create(CultureInfo.InvariantCulture, $"meter {i + 1}");
            all[i] = await factory.AttachAsync(new AttachTarget(socket) { OwnId = ownId }, "devices", cancellationToken);
        });
        await Task.Delay(s_settling);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"- {connections} connections over loopback; the process at the other end is stopped (SIGSTOP)"));
        Signal.Send(Signal.Stop, started[1]);
        await Task.WhenAll(all.Select(static one => one.Monitor.Completion)).WaitAsync(detectWithin * 4);
        await Task.Delay(s_summary);
        Signal.Send(Signal.Kill, started[1]);
        await Task.WhenAll(all.Select(static one => one.DisposeAsync().AsTask()));
    }

    private static async Task TurnAwayAsync(LivenessFactory factory, int strangers)
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(4096);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"- {strangers} strangers over loopback; a third of them asks for a web page, the others leave"));
        Task serving = ServeAsync(factory, listener, strangers);
        await Parallel.ForAsync(0, strangers, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, cancellationToken) =>
        {
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            int last = i % 2 == 0 ? 2 : 3 + (i % StrangerAddresses);
            socket.Bind(new IPEndPoint(IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"127.0.0.{last}")), 0));
            await socket.ConnectAsync(listener.LocalEndPoint!, cancellationToken);
            if (i % 3 == 0)
            {
                await socket.SendAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray(), cancellationToken);
                await socket.ReceiveAsync(new byte[64], cancellationToken);
            }
        });
        await serving;
        await Task.Delay(s_minute);
    }

    private static async Task ServeAsync(LivenessFactory factory, Socket listener, int strangers)
    {
        List<Task> attaching = [];
        for (int i = 0; i < strangers; i++)
        {
            attaching.Add(AttachAsync(factory, await listener.AcceptAsync()));
        }

        await Task.WhenAll(attaching);
    }

    private static async Task AttachAsync(LivenessFactory factory, Socket socket)
    {
        try
        {
            await (await factory.AttachAsync(socket, "devices")).DisposeAsync();
        }
        catch (IOException failure)
        {
            // The log tells it: a loss is an IOException.
            System.Diagnostics.Debug.WriteLine(failure.Message);
        }
    }
}
