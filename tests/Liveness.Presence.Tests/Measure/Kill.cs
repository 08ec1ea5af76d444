using System.Diagnostics;
using System.Globalization;

namespace Liveness.Presence.Tests.Measure;

/// <summary>Gateways are killed as "kill -9" does: is the view right within the bound, each time?</summary>
internal static class Kill
{
    public const string Gateway = "gateway";

    private const int AtOnce = 10;
    private const int Connections = 1_000;
    private const string Ready = "ready";

    private static readonly TimeSpan s_bound = new PresenceOptions().DetectWithin;

    public static async Task<bool> RunAsync(int runs)
    {
        await using MeasuredRedis redis = await MeasuredRedis.StartAsync();
        await using MeasuredGateway looker = await MeasuredGateway.StartAsync(null, redis.Address, "liveness");
        await using Watcher watcher = new(looker.Presence);
        Random random = new(1);
        List<TimeSpan> times = [];
        int right = 0;
        for (int first = 0; first < runs; first += AtOnce)
        {
            (string Name, Process Process)[] alive = [.. Enumerable.Range(first, Math.Min(AtOnce, runs - first)).Select(i => Start($"gw-{i}", redis.Address))];
            foreach ((_, Process process) in alive)
            {
                (await process.StandardOutput.ReadLineAsync()).Should().Be(Ready);
            }

            foreach ((TimeSpan? took, bool isRight) in await Task.WhenAll(alive.Select(one => OneAsync(one, random.Next(1_000)))))
            {
                times.Add(took ?? TimeSpan.MaxValue);
                right += isRight ? 1 : 0;
            }
        }

        Figures.Say($"SIGKILL of a gateway: right within {s_bound.TotalSeconds:0} s in {right} of {runs} runs; told after {Figures.Spread(times)}");
        return right == runs;

        async Task<(TimeSpan? Took, bool IsRight)> OneAsync((string Name, Process Process) gateway, int milliseconds)
        {
            await Task.Delay(milliseconds);
            long begun = Stopwatch.GetTimestamp();
            gateway.Process.Kill();
            TimeSpan? took = await watcher.FirstAsync(gateway.Name, PresenceChangeKind.GatewaySilent, begun, s_bound * 3);
            int unknown = await looker.CountAsync(gateway.Name, PresenceStatus.GatewaySilent);
            int gone = watcher.Gone(gateway.Name, begun);
            bool isRight = took <= s_bound && unknown == Connections && gone == 0;
            if (!isRight)
            {
                Figures.Say($"{gateway.Name}: told after {took?.TotalSeconds:0.00} s, {unknown} devices unknown, {gone} said to be gone");
            }

            return (took, isRight);
        }
    }

    public static async Task BeGatewayAsync(string name, string store, string prefix, int connections)
    {
        await using MeasuredGateway gateway = await MeasuredGateway.StartAsync(name, store, prefix);
        int number = int.Parse(name["gw-".Length..], CultureInfo.InvariantCulture);
        gateway.Attach(number * connections, connections);
        await gateway.SettledAsync();
        Console.WriteLine(Ready);
        await Console.In.ReadLineAsync();
    }

    private static (string Name, Process Process) Start(string name, string store)
    {
        string[] arguments = [typeof(Kill).Assembly.Location, Gateway, name, store, "liveness", Connections.ToString(CultureInfo.InvariantCulture)];
        return (name, Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!);
    }
}
