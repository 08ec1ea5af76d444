using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using CableLab;

namespace PullTheCable;

/// <summary>
/// One run: starts the server process, lets the client talk to it over a network, does the damage, and looks at what both ends say.
/// </summary>
internal sealed class Drill
{
    private readonly Arguments _arguments;
    private readonly Timeline _timeline;
    private readonly Lock _lock = new();
    private EndOutcome _client = new();
    private EndOutcome _server = new();

    private Drill(Arguments arguments, Timeline timeline) => (_arguments, _timeline) = (arguments, timeline);

    public static async Task<int> RunAsync(Arguments arguments)
    {
        if (arguments.Fault.Kind == FaultKind.Freeze)
        {
            ServerProcess.ThrowIfItCannotFreeze();
        }

        Console.WriteLine(arguments.Cable is null
            ? "A server and a client, two processes, one TCP connection through a relay that plays the network."
            : "A server and a client, two processes in two network namespaces, one TCP connection over the virtual cable between them.");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"DetectWithin {Duration.Show(arguments.DetectWithin)}, seed {arguments.Seed}, "
            + $"fault {arguments.Fault.Name}: {arguments.Fault.Story}.\n"));
        Outcome outcome;
        List<string> complaints = [];
        await using (Timeline timeline = new())
        {
            outcome = await new Drill(arguments, timeline).PlayAsync(complaints);
        }

        complaints.AddRange(outcome.Complaints());
        Console.WriteLine();
        Explain("client", outcome.Client, outcome.ClientDetected, outcome.Bound);
        Explain("server", outcome.Server, outcome.ServerDetected, outcome.Bound);
        Console.WriteLine($"\n{PlainTcp.Describe(arguments.Fault.Kind, isReal: arguments.Cable is not null)}\n");
        Console.WriteLine(complaints.Count == 0 ? "Both ends said the right thing in time." : $"WRONG: {string.Join("; ", complaints)}.");
        Console.WriteLine(outcome);
        return complaints.Count == 0 ? ExitCodes.Right : ExitCodes.Wrong;
    }

    private static void Explain(string who, EndOutcome end, TimeSpan? detected, TimeSpan bound)
    {
        if (detected is not { } time)
        {
            Console.WriteLine($"The {who} {(end.LossType is null ? "lost nothing" : "lost the connection, at no time that counts")}.");
            return;
        }

        string pauses = end.PausesInSilence > TimeSpan.Zero ? $", {Duration.Show(end.PausesInSilence)} of it unable to run" : "";
        string known = Duration.Show(time);
        Console.WriteLine($"The {who} knew {known} after the last byte that counts{pauses}; the bound is {Duration.Show(bound)}.");
    }

    private async Task<Outcome> PlayAsync(List<string> complaints)
    {
        using CancellationTokenSource watchdog = new((_arguments.DetectWithin * 10) + TimeSpan.FromSeconds(20));
        ProcessStartInfo start = OwnProgram.Start(_arguments.ForServer(), _arguments.Cable?.ServerSpace);
        await using ServerProcess server = ServerProcess.Start(start, OnServer);
        TimeSpan bound = TimeSpan.Zero;
        LastBytes last = default;
        try
        {
            await Rehearsal.RunAsync();
            int port = int.Parse(await server.Listening.WaitAsync(watchdog.Token), CultureInfo.InvariantCulture);
            await using INetwork network = _arguments.Cable is { } cable ? new CableNetwork(cable, port) : new RelayNetwork(port);
            await using ClientEnd client = await ClientEnd.ConnectAsync(network, _arguments, OnClient, watchdog.Token);
            bound = client.Bound;
            Damage damage = new(_arguments, network, server, client, text => _timeline.Add("network", text));
            long struck = 0;
            try
            {
                struck = await damage.StrikeAsync(watchdog.Token);
                await client.EndAsync(watchdog.Token);
                await server.Ended.WaitAsync(watchdog.Token);
            }
            finally
            {
                last = LastBytes.Of(_arguments.Fault.Kind, network.LastDelivered(_client, _server), struck);
            }
        }
        catch (OperationCanceledException) when (watchdog.IsCancellationRequested)
        {
            complaints.Add("the run took too long and was given up");
        }
        catch (Exception exception) when (exception is IOException or SocketException or InvalidOperationException)
        {
            complaints.Add($"the run failed: {exception.Message}");
        }

        return new Outcome(_arguments.Fault, bound, _client, Detected(_client, last.Client), _server, Detected(_server, last.Server));
    }

    private static TimeSpan? Detected(EndOutcome end, long since) =>
        end.LossType is null || since == 0 ? null : Stopwatch.GetElapsedTime(since, end.LostAt);

    private void OnClient(EndEvent e) => On("client", ref _client, e);

    private void OnServer(EndEvent e) => On("server", ref _server, e);

    private void On(string who, ref EndOutcome outcome, EndEvent e)
    {
        _timeline.Add(who, e.Text, e.Timestamp);
        lock (_lock)
        {
            outcome = outcome.After(e);
        }
    }
}
