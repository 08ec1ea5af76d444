using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Liveness.KeepAlive;
using Liveness.SideChannel;

namespace Liveness.Benchmarks;

/// <summary>
/// What the child process does: holds one end of many data connections, has them watched over one side connection, and says what that
/// costs.
/// </summary>
internal sealed class SideProcess(int count)
{
    /// <summary>Of the command line; not for people.</summary>
    public const string Verb = "side-end";

    private const int ConnectingAtOnce = 64;
    private const int LookPasses = 7;

    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(50);

    private readonly Socket[] _sockets = new Socket[count];
    private readonly SideWatch[] _watched = new SideWatch[count];
    private SideChannelListener? _listener;
    private SideChannelClient? _client;
    private SideLosses? _losses;
    private IdleWindow? _window;

    /// <param name="arguments">"server" or "client", the number of connections; for a client also the ports of data and side
    /// connection.</param>
    public static async Task RunAsync(string[] arguments)
    {
        SideProcess process = new(int.Parse(arguments[1], CultureInfo.InvariantCulture));
        if (arguments[0] == "server")
        {
            await process.AcceptAllAsync();
        }
        else
        {
            await process.ConnectAllAsync(int.Parse(arguments[2], CultureInfo.InvariantCulture), int.Parse(arguments[3], CultureInfo.InvariantCulture));
        }

        Say("ready");
        while (await Console.In.ReadLineAsync() is { } command)
        {
            Say(command switch
            {
                "memory" => Text(GC.GetTotalMemory(forceFullCollection: true)),
                "watch" => await process.WatchAllAsync(),
                "vouched" => await process.VouchedAsync(),
                "begin" => process.Begin(),
                "end" => process._window!.End(static () => 0, 0).ToLine(),
                "beats" => process.Beats(),
                "look" => process.Look(),
                "ended" => process.Ended(),
                "expect" => process.Expect(),
                _ => await process._losses!.AllAsync(),
            });
        }
    }

    private static void Say(string line) => Console.Out.WriteLine(line);

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private async Task AcceptAllAsync()
    {
        using Socket listening = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listening.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listening.Listen();
        _listener = SideChannelListener.Start(new IPEndPoint(IPAddress.Loopback, 0), new SideChannelListenerOptions { DetectWithin = SideRun.DetectWithin });
        Say(string.Create(CultureInfo.InvariantCulture, $"{((IPEndPoint)listening.LocalEndPoint!).Port} {_listener.LocalEndPoint.Port} {Environment.ProcessId}"));
        for (int i = 0; i < _sockets.Length; i++)
        {
            _sockets[i] = await listening.AcceptAsync();
        }
    }

    private async Task ConnectAllAsync(int port, int sidePort)
    {
        _client = await SideChannelClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, sidePort), new SideChannelClientOptions { DetectWithin = SideRun.DetectWithin });
        await Parallel.ForAsync(0, _sockets.Length, new ParallelOptions { MaxDegreeOfParallelism = ConnectingAtOnce }, async (i, _) =>
        {
            _sockets[i] = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await _sockets[i].ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), CancellationToken.None);
        });
    }

    private async Task<string> WatchAllAsync()
    {
        long started = Stopwatch.GetTimestamp();
        for (int i = 0; i < _sockets.Length; i++)
        {
            _watched[i] = _client?.Watch(_sockets[i]) ?? _listener!.Watch(_sockets[i]);
        }

        await Task.Yield();
        return Text(Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    private async Task<string> VouchedAsync()
    {
        long started = Stopwatch.GetTimestamp();
        while (!_watched.All(connection => connection.Monitor.Conditions == ConnectionConditions.None))
        {
            await Task.Delay(s_poll);
        }

        return Text(Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    private string Begin()
    {
        _window = IdleWindow.Begin(0);
        return "begun";
    }

    /// <summary>Both ways, as this end counts; then the bytes of messages, both ways.</summary>
    private string Beats()
    {
        ConnectionSnapshot side = _client!.Link!.Monitor.GetSnapshot();
        return string.Create(CultureInfo.InvariantCulture, $"{side.BeatsSent + side.BeatsReceived} {side.BytesSent + side.BytesReceived}");
    }

    /// <summary>Microseconds for each socket: what the kernel says, and what the witness makes of it.</summary>
    private string Look()
    {
        WitnessWatch[] witnesses = [.. _watched.Select(connection => connection.Entry.Witness)];
        LivenessScheduler scheduler = LivenessScheduler.For(TimeProvider.System);
        List<double> passes = [];
        for (int pass = 0; pass < LookPasses; pass++)
        {
            long started = Stopwatch.GetTimestamp();
            for (int i = 0; i < _sockets.Length; i++)
            {
                _ = TcpInfoSnapshot.TryRead(_sockets[i], out TcpInfoSnapshot kernel);
                witnesses[i].Look(kernel, scheduler.Now, SideRun.DetectWithin);
            }

            passes.Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds / _sockets.Length);
        }

        return Text(Statistics.Median(passes));
    }

    /// <summary>While nothing has happened, none may have; the first is worth seeing.</summary>
    private string Ended()
    {
        SideWatch[] ended = [.. _watched.Where(connection => connection.Monitor.State is LivenessState.Lost or LivenessState.Closed)];
        if (ended.Length > 0)
        {
            Console.Error.WriteLine(string.Join('\n', ended.GroupBy(connection => connection.Monitor.Loss?.GetType().Name).Select(group => $"{group.Key} x {group.Count()}: {group.First().Monitor.Loss}")));
        }

        return Text(ended.Length);
    }

    private string Expect()
    {
        _losses = new SideLosses(_client!, _watched);
        return "expecting";
    }
}
