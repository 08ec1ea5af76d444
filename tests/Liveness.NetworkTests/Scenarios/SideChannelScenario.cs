using System.Diagnostics;
using System.Globalization;
using Liveness.NetworkTests.Lab;
using Liveness.NetworkTests.Peer;
using Liveness.NetworkTests.SidePeer;

namespace Liveness.NetworkTests.Scenarios;

/// <summary>A <see cref="Scenario"/> with data connections of which no byte is touched, and a side channel that watches them.</summary>
internal sealed class SideChannelScenario : IAsyncDisposable
{
    public const int DataPort = 7000;
    public const int SidePort = 7001;
    public const int OtherDataPort = 7002;

    private SideChannelScenario(Scenario scenario) => Scenario = scenario;

    /// <summary>One data port, one connection.</summary>
    public static SidePeerOptions Defaults => new() { Address = NetworkLab.ServerAddress, Ports = [DataPort], SideAddress = NetworkLab.ServerAddress, SidePort = SidePort };

    public static TimeSpan DetectWithin => Defaults.DetectWithin;

    /// <summary>Idle, with a kernel's witness, whose shortest probes take that long for this T.</summary>
    public static TimeSpan Bound => TimeSpan.FromSeconds(5);

    public Scenario Scenario { get; }

    public NetworkLab Lab => Scenario.Lab;

    public CancellationToken Limit => Scenario.Limit;

    public SidePeerProcess Client { get; private set; } = null!;

    public SidePeerProcess Server { get; private set; } = null!;

    /// <summary>Builds the lab, starts both ends, connects them, and waits until the peer vouches for every connection.</summary>
    public static async Task<SideChannelScenario> StartAsync(ITestOutputHelper output, string name, SidePeerOptions options)
    {
        SideChannelScenario scenario = await PrepareAsync(output, name);
        try
        {
            await scenario.ConnectAsync(options);
            int count = options.Connections * options.Ports.Length;
            await scenario.Client.UntilAsync(conditions => conditions == ConnectionConditions.None, count, scenario.Limit);
            await scenario.Server.UntilAsync(conditions => conditions == ConnectionConditions.None, count, scenario.Limit);
            return scenario;
        }
        catch
        {
            await scenario.DisposeAsync();
            throw;
        }
    }

    public static async Task<SideChannelScenario> PrepareAsync(ITestOutputHelper output, string name) =>
        new(await Scenario.PrepareAsync(output, $"side channel: {name}"));

    /// <summary>Starts both ends and connects them.</summary>
    public Task ConnectAsync(SidePeerOptions client, SidePeerOptions? server = null) => Scenario.InTurnAsync(async () =>
    {
        await StartServerAsync(server ?? client);
        Client = await SidePeerProcess.StartAsync(Lab, Lab.Client, client with { Role = PeerRole.Client }, Limit);
        await Client.TellAsync("connect", Limit);
        await Client.WaitAsync(PeerEventKind.Opened, client.Connections * client.Ports.Length, Limit);
    });

    public async Task StartServerAsync(SidePeerOptions options) =>
        Server = await SidePeerProcess.StartAsync(Lab, Lab.Server, options with { Role = PeerRole.Server, Address = NetworkLab.ServerAddress, SideAddress = NetworkLab.ServerAddress }, Limit);

    /// <summary>Waits for so many losses, and prints the first and the last.</summary>
    public async Task<PeerEvent[]> LossesAsync(SidePeerProcess end, int count, long since, string sinceWhat)
    {
        PeerEvent[] losses = await end.WaitAsync(PeerEventKind.Lost, count, Limit);
        losses.Select(loss => loss.Connection).Should().OnlyHaveUniqueItems("a loss is told once");
        await end.WaitAsync(_ => end.Events.Where(happened => happened.Kind == PeerEventKind.Batch).Sum(batch => batch.Count) >= count, 1, "the batches", Limit);
        int[] batches = Batches(end);
        LossReport first = losses[0].Loss!;
        Print($"{end.Options.Role}: {losses.Length} of {first.Type}, {first.Diagnosis} ({first.Certainty}), {Seconds(since, losses[0])} to {Seconds(since, losses[^1])} s after {sinceWhat}, batches of {string.Join('+', batches)}");
        Print($"{end.Options.Role}: {first.Text} [{first.Kernel}]");
        return losses;
    }

    public static int[] Batches(SidePeerProcess end) => [.. end.Events.Where(happened => happened.Kind == PeerEventKind.Batch).Select(batch => batch.Count!.Value)];

    /// <summary>Watches for three times the bound that nothing is lost, and that data still passes afterwards.</summary>
    public async Task FareWellAsync()
    {
        await Scenario.PassAsync(Bound * 3);
        Client.Losses.Select(loss => loss.Loss!.Text).Should().BeEmpty();
        Server.Losses.Select(loss => loss.Loss!.Text).Should().BeEmpty();
        await ShouldPassDataAsync(Client.Options.Connections * Client.Options.Ports.Length);
        Print($"nothing lost, data passes; client says {await TallyAsync(Client)}, server {await TallyAsync(Server)}");
    }

    public async Task ShouldPassDataAsync(int connections)
    {
        int before = Client.Events.Count(happened => happened.Kind == PeerEventKind.Received);
        await Client.TellAsync("request", Limit);
        await Client.WaitAsync(PeerEventKind.Received, before + connections, Limit);
    }

    public async Task<string> TallyAsync(SidePeerProcess end) =>
        string.Join(", ", (await end.ConditionsAsync(Limit)).GroupBy(conditions => conditions).Select(group => $"{group.Count()} x {group.Key}"));

    public void Print(string text) => Scenario.Print(text);

    public ValueTask DisposeAsync() => Scenario.DisposeAsync();

    private static string Seconds(long since, PeerEvent happened) => Stopwatch.GetElapsedTime(since, happened.At).TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);
}
