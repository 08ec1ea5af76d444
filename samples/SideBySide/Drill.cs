using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using CableLab;
using Liveness;
using Liveness.SideChannel;

namespace SideBySide;

/// <summary>
/// One run: starts the server process, opens the data connections and the side channel, does the damage, and looks at what both ends say.
/// </summary>
internal sealed class Drill(Arguments arguments, Timeline timeline)
{
    private readonly Lock _lock = new();
    private readonly string _secret = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
    private readonly List<Socket> _sockets = [];
    private EndSums _client = new();
    private EndSums _server = new();
    private ServerProcess? _process;

    private bool IsReal => arguments.Cable is not null;

    public static async Task<int> RunAsync(Arguments arguments)
    {
        if (arguments.Fault.Name == Fault.Freeze)
        {
            ServerProcess.ThrowIfItCannotFreeze();
        }

        string where = arguments.Cable is null ? "" : " in two network namespaces";
        Console.WriteLine($"A server and a client, two processes{where}: "
            + $"{arguments.Connections} data connections without a byte of ours, and one side connection.");
        string within = Duration.Show(arguments.DetectWithin);
        Console.WriteLine($"DetectWithin {within}, fault {arguments.Fault.Name}: {arguments.Fault.Story}.\n");
        Outcome outcome;
        List<string> complaints = [];
        await using (Timeline timeline = new())
        {
            outcome = await new Drill(arguments, timeline).PlayAsync(complaints);
        }

        complaints.AddRange(outcome.Complaints());
        bool isRight = complaints.Count == 0;
        Console.WriteLine(isRight ? "\nBoth ends said the right thing in time." : $"\nWRONG: {string.Join("; ", complaints)}.");
        Console.WriteLine(outcome);
        return isRight ? ExitCodes.Right : ExitCodes.Wrong;
    }

    private async Task<Outcome> PlayAsync(List<string> complaints)
    {
        using CancellationTokenSource watchdog = new((arguments.DetectWithin * 10) + TimeSpan.FromSeconds(20));
        TimeSpan bound = TimeSpan.Zero;
        long struck = 0;
        try
        {
            await Paths.PrepareAsync(arguments);
            string ports = await StartServerAsync(Arguments.AnyPorts, watchdog.Token);
            await using Paths paths = new(arguments, ports);
            SideChannelClientOptions options = new()
            {
                DetectWithin = arguments.DetectWithin,
                SharedSecret = _secret,
                HandshakeTimeout = arguments.DetectWithin,
                ReconnectDelay = TimeSpan.FromMilliseconds(200),
                MaxReconnectDelay = TimeSpan.FromMilliseconds(500),
            };
            await using SideChannelClient side = await SideChannelClient.ConnectAsync(paths.Side, options, watchdog.Token);
            Watcher watcher = new(arguments.Connections, OnClient);
            side.PeerLost += watcher.OnPeerLost;
            for (int i = 0; i < arguments.Connections; i++)
            {
                watcher.Add(side.Watch(await OpenAsync(paths, watchdog.Token)));
            }

            bound = side.Bound;
            await watcher.AllAsync(conditions => conditions == ConnectionConditions.None, watchdog.Token);
            timeline.Add("client", $"{side.WatchedCount} data connections are vouched for by both ends; bound {Duration.Show(bound)}");
            // Only a kernel that has answered a probe can be missed: the first is sent after a quarter of the bound, and takes a second at
            // least.
            await Task.Delay(TimeSpan.FromSeconds(1) + (arguments.DetectWithin / 2), watchdog.Token);
            struck = Stopwatch.GetTimestamp();
            await StrikeAsync(paths, side, watcher, ports, watchdog.Token);
            await watcher.Ended.WaitAsync(watchdog.Token);
            await _process!.Ended.WaitAsync(watchdog.Token);
        }
        catch (OperationCanceledException) when (watchdog.IsCancellationRequested)
        {
            complaints.Add("the run took too long and was given up");
        }
        catch (Exception exception) when (exception is IOException or SocketException or InvalidOperationException)
        {
            complaints.Add($"the run failed: {exception.Message}");
        }
        finally
        {
            await (_process?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        (TimeSpan? client, TimeSpan? server) = (Detected(_client, struck), Detected(_server, struck));
        return new Outcome(arguments.Fault, arguments.Connections, bound, _client, client, _server, server);
    }

    private async Task StrikeAsync(Paths paths, SideChannelClient side, Watcher watcher, string ports, CancellationToken cancellationToken)
    {
        switch (arguments.Fault.Name)
        {
            case Fault.Cut:
                Note("CUT: no frame arrives on either way, and every interface is still up");
                await Task.WhenAll(paths.CutDataAsync(), paths.CutSideAsync());
                break;
            case Fault.DataCut:
                Note("CUT of the data connections' way; the side connection's is whole");
                await paths.CutDataAsync();
                break;
            case Fault.SideCut:
                Note("CUT of the side connection's way; the data connections' is whole, and idle");
                await paths.CutSideAsync();
                await watcher.AllAsync(conditions => (conditions & ConnectionConditions.SideDown) != 0, cancellationToken);
                timeline.Add(
                    "client",
                    $"SideDown: all {side.WatchedCount} are unvouched, and none is lost: their own kernel's probes are answered");
                await paths.RejoinSideAsync();
                Note("the side connection's way is whole again");
                await watcher.AllAsync(conditions => conditions == ConnectionConditions.None, cancellationToken);
                timeline.Add("client", $"the side connection is rebuilt: {side.WatchedCount} data connections are vouched for again");
                CloseAll();
                break;
            case Fault.Restart:
                await RestartAsync(paths, watcher, ports, cancellationToken);
                break;
            case Fault.Freeze:
                Task continued = await _process!.FreezeAsync((int)Math.Ceiling((arguments.DetectWithin * 2).TotalSeconds + 2));
                Note("FREEZE: the server process is stopped (SIGSTOP)");
                await continued.WaitAsync(cancellationToken);
                Note("the server process may run again (SIGCONT)");
                break;
            case Fault.Close:
                CloseAll();
                break;
        }
    }

    private async Task RestartAsync(Paths paths, Watcher watcher, string ports, CancellationToken cancellationToken)
    {
        await paths.CutDataAsync();
        await _process!.KillAsync();
        await _process.DisposeAsync();
        Note($"the server process is killed{(IsReal ? "; its RSTs are lost on the way" : "")}");
        await StartServerAsync(ports, cancellationToken);
        await watcher.Ended.WaitAsync(cancellationToken);

        // It waits for connections that nobody opens.
        await _process!.KillAsync();
    }

    private async Task<string> StartServerAsync(string ports, CancellationToken cancellationToken)
    {
        ProcessStartInfo start = OwnProgram.Start(arguments.ForServer(ports), arguments.Cable?.ServerSpace);
        start.Environment[ServerEnd.SecretVariable] = _secret;
        _process = ServerProcess.Start(start, OnServer);
        return await _process.Listening.WaitAsync(cancellationToken);
    }

    /// <summary>One word each way, and then nothing: the worst case for whoever wants to know whether it lives.</summary>
    private async Task<Socket> OpenAsync(Paths paths, CancellationToken cancellationToken)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(paths.Data, cancellationToken);
        _sockets.Add(socket);
        await socket.SendAsync("hello"u8.ToArray(), cancellationToken);
        await socket.ReceiveAsync(new byte[16], cancellationToken);
        return socket;
    }

    private void CloseAll()
    {
        timeline.Add("client", "closes its connections in good order");
        _sockets.ForEach(socket => socket.Dispose());
    }

    private void Note(string text) => timeline.Add("network", text);

    private static TimeSpan? Detected(EndSums end, long since) =>
        end.Lost == 0 || since == 0 ? null : Stopwatch.GetElapsedTime(since, end.LostAt);

    private void OnClient(EndEvent e) => On("client", ref _client, e);

    private void OnServer(EndEvent e) => On("server", ref _server, e);

    private void On(string who, ref EndSums sums, EndEvent e)
    {
        if (e.Text.Length > 0)
        {
            timeline.Add(who, e.Text, e.Timestamp);
        }

        lock (_lock)
        {
            sums = sums.After(e);
        }
    }
}
