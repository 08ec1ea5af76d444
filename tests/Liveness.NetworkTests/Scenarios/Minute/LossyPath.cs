using System.Globalization;
using Liveness.NetworkTests.Lab;
using Liveness.NetworkTests.Peer;

namespace Liveness.NetworkTests.Scenarios.Minute;

/// <summary>Connections over a path that drops packets at random, each way, for a minute.</summary>
internal static class LossyPath
{
    private static readonly TimeSpan s_time = TimeSpan.FromMinutes(1);

    /// <returns>How many connections were lost at either end; prints that and the longest silences for every run.</returns>
    public static async Task<int> RunAsync(ITestOutputHelper output, double share, TimeSpan detectWithin, int connections, int runs)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{share:P0} loss, T = {detectWithin.TotalSeconds} s");
        PeerOptions options = Scenario.Defaults with { DetectWithin = detectWithin, Connections = connections * runs };
        await using Scenario scenario = await Scenario.StartAsync(output, name, options);
        await scenario.Lab.LoseAsync(share);
        await scenario.PassAsync(s_time);
        ConnectionStatus[] client = await scenario.Client.StatusAsync(scenario.Limit);
        ConnectionStatus[] server = await scenario.Server.StatusAsync(scenario.Limit);
        HashSet<string?> lost = [.. Losses(scenario.Client), .. Losses(scenario.Server)];
        for (int run = 0; run < runs; run++)
        {
            // What a client's connection is numbered at the server is not known: a run is counted at the client.
            Range part = (run * connections)..((run + 1) * connections);
            int lostHere = client[part].Count(status => status.State != LivenessState.Alive && status.State != LivenessState.Suspect);
            scenario.Print($"run {run + 1}: {lostHere} of {connections} lost at the client, longest silence {Longest(client[part])} at the client");
        }

        scenario.Print($"{lost.Count} of {connections * runs} lost, longest silence {Longest(client)} at the client, {Longest(server)} at the server, of {detectWithin.TotalSeconds} s");
        foreach (var kind in scenario.Client.Events.Concat(scenario.Server.Events).Where(happened => happened.Loss is not null).CountBy(happened => (happened.Loss!.Type, happened.Loss.Diagnosis)))
        {
            scenario.Print($"{kind.Value} times {kind.Key.Type}, {kind.Key.Diagnosis}");
        }

        return lost.Count;
    }

    private static IEnumerable<string?> Losses(PeerProcess end) =>
        end.Events.Where(happened => happened.Kind == PeerEventKind.Lost).Select(happened => happened.Loss!.IncidentId);

    private static string Longest(IEnumerable<ConnectionStatus> connections) =>
        connections.Max(status => status.LongestSilence).TotalSeconds.ToString("0.00 s", CultureInfo.InvariantCulture);
}
