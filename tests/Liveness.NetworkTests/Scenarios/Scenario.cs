using System.Diagnostics;
using System.Globalization;
using Liveness.NetworkTests.Lab;
using Liveness.NetworkTests.Peer;

namespace Liveness.NetworkTests.Scenarios;

/// <summary>A lab with a client and a server that are connected, and the time that the whole of it may take.</summary>
internal sealed class Scenario : IAsyncDisposable
{
    public const int Port = 7000;

    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(180);

    /// <summary>One scenario at a time starts its processes: the compiler's work for many of them would delay those that measure.</summary>
    private static readonly SemaphoreSlim s_starting = new(1, 1);

    private readonly CancellationTokenSource _limit = new(s_longest);
    private readonly ITestOutputHelper _output;
    private readonly string _name;

    private Scenario(ITestOutputHelper output, string name, NetworkLab lab) => (_output, _name, Lab) = (output, name, lab);

    public NetworkLab Lab { get; }

    public PeerProcess Client { get; private set; } = null!;

    public PeerProcess Server { get; private set; } = null!;

    public CancellationToken Limit => _limit.Token;

    /// <summary>Builds the lab, starts both ends and connects them.</summary>
    /// <param name="output">For the measured times.</param>
    /// <param name="name">In few words, for the lines that are printed.</param>
    /// <param name="client">Null = one connection with a heartbeat, T = 3 s.</param>
    /// <param name="server">Null = as the client.</param>
    public static async Task<Scenario> StartAsync(ITestOutputHelper output, string name, PeerOptions? client = null, PeerOptions? server = null)
    {
        Scenario scenario = await PrepareAsync(output, name);
        try
        {
            await scenario.ConnectAsync(client, server);
            return scenario;
        }
        catch
        {
            await scenario.DisposeAsync();
            throw;
        }
    }

    /// <summary>The lab alone: for whoever changes it before anything is connected.</summary>
    public static async Task<Scenario> PrepareAsync(ITestOutputHelper output, string name) => new(output, name, await NetworkLab.CreateAsync());

    public Task ConnectAsync(PeerOptions? client = null, PeerOptions? server = null) =>
        InTurnAsync(() => StartBothAsync(client ?? Defaults, server ?? client ?? Defaults));

    /// <summary>Starts processes when no other scenario does.</summary>
    public async Task InTurnAsync(Func<Task> start)
    {
        await s_starting.WaitAsync(Limit);
        try
        {
            await start();
        }
        finally
        {
            s_starting.Release();
        }
    }

    /// <summary>One end alone: the other is no process of ours.</summary>
    /// <param name="options">Whom it connects to.</param>
    /// <param name="isReady">It connects when this has completed; null = at once.</param>
    public async Task StartClientAsync(PeerOptions options, Task? isReady = null)
    {
        Client = await PeerProcess.StartAsync(Lab, Lab.Client, options with { Role = PeerRole.Client, Port = options.Port == 0 ? Port : options.Port }, Limit);
        await (isReady ?? Task.CompletedTask);
        await Client.TellAsync("connect", Limit);
        await Client.WaitAsync(PeerEventKind.Opened, options.Connections, Limit);
    }

    public static PeerOptions Defaults => new() { Address = NetworkLab.ServerAddress };

    /// <summary>Lets real time pass: a connection is to fare well, or something is to be under way.</summary>
    public Task PassAsync(TimeSpan time) => Task.Delay(time, Limit);

    /// <summary>Waits for the loss of every connection of that end, and prints what came first.</summary>
    public async Task<PeerEvent[]> LossesAsync(PeerProcess end, long since, string sinceWhat)
    {
        PeerEvent[] losses = await end.WaitAsync(PeerEventKind.Lost, end.Options.Role == PeerRole.Client ? end.Options.Connections : Client.Options.Connections, Limit);
        losses.Select(loss => loss.Connection).Should().OnlyHaveUniqueItems("a loss is told once");
        PeerEvent first = losses[0];
        LossReport report = first.Loss!;
        Print(string.Create(CultureInfo.InvariantCulture, $"{end.Options.Role}: {report.Type}, {report.Diagnosis} ({report.Certainty}), {Seconds(SinceLastByte(first))} after the last byte, {Seconds(Stopwatch.GetElapsedTime(since, first.At))} after {sinceWhat}; silence {Seconds(report.Silence)}, pauses {Seconds(report.OwnPauses)}, excused {Seconds(report.Excused)}"));
        Print($"{end.Options.Role}: {report.Text} [{report.Kernel}]");
        return losses;
    }

    /// <inheritdoc cref="LossesAsync"/>
    public async Task<PeerEvent> LossAsync(PeerProcess end, long since, string sinceWhat) => (await LossesAsync(end, since, sinceWhat))[0];

    public void Print(string text) => _output.WriteLine($"RESULT {_name}: {text}");

    /// <summary>From the last byte that the kernel received to the event.</summary>
    public static TimeSpan SinceLastByte(PeerEvent loss) => Stopwatch.GetElapsedTime(loss.Status!.LastByteAt, loss.At);

    public async ValueTask DisposeAsync()
    {
        await Lab.DisposeAsync();
        _limit.Dispose();
    }

    private async Task StartBothAsync(PeerOptions clientOptions, PeerOptions serverOptions)
    {
        Task<PeerProcess> serverStarts = PeerProcess.StartAsync(Lab, Lab.Server, serverOptions with { Role = PeerRole.Server, Address = NetworkLab.ServerAddress, Port = Port }, Limit);
        await StartClientAsync(clientOptions, serverStarts);
        Server = await serverStarts;
        await Server.WaitAsync(PeerEventKind.Opened, clientOptions.Connections, Limit);
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture) + " s";
}
