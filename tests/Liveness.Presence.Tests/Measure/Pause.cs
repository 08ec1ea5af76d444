using System.Diagnostics;
using System.Globalization;
using Liveness.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Liveness.Presence.Tests.Measure;

/// <summary>The server stands still while devices connect: do they feel it?</summary>
internal static class Pause
{
    private const int PerTick = 10;

    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_phase = TimeSpan.FromSeconds(5);

    public static async Task RunAsync()
    {
        await using MeasuredRedis redis = await MeasuredRedis.StartAsync();
        await using MeasuredGateway gateway = await MeasuredGateway.StartAsync("gw-0", redis.Address, "liveness");
        await using LivenessFactory peers = new(new LivenessOptions());
        ILivenessFactory factory = gateway.Services.GetRequiredService<ILivenessFactory>();
        int number = 0;

        await PhaseAsync();
        Say("before", await PhaseAsync());
        Signal("-STOP");
        Say("redis-server stopped", await PhaseAsync());
        Signal("-CONT");
        Say("after", await PhaseAsync());
        long begun = Stopwatch.GetTimestamp();
        await gateway.SettledAsync();
        Figures.Say($"the store has everything {Stopwatch.GetElapsedTime(begun).TotalMilliseconds:0} ms after the last attach");

        async Task<List<TimeSpan>> PhaseAsync()
        {
            List<Task<TimeSpan>> attaching = [];
            using PeriodicTimer timer = new(s_tick);
            long first = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(first) < s_phase && await timer.WaitForNextTickAsync())
            {
                // As many as are due, so that a slow moment does not make it fewer.
                int due = (int)(Stopwatch.GetElapsedTime(first) / s_tick * PerTick) - attaching.Count;
                for (int i = 0; i < due; i++)
                {
                    attaching.Add(AttachAsync(number++));
                }
            }

            return [.. await Task.WhenAll(attaching)];
        }

        async Task<TimeSpan> AttachAsync(int device)
        {
            using InMemoryLink link = InMemoryLink.Create();
            long begun = Stopwatch.GetTimestamp();
            Task<LivenessConnection> attaching =
                factory.AttachAsync(new AttachTarget(link.Server) { OwnId = MeasuredGateway.Key(device) }, "devices");
            await using LivenessConnection peer = await peers.AttachAsync(link.Client);
            await using LivenessConnection connection = await attaching;
            TimeSpan took = Stopwatch.GetElapsedTime(begun);
            await Task.Delay(TimeSpan.FromSeconds(1));
            return took;
        }

        void Signal(string signal)
        {
            using Process kill = Process.Start("kill", [signal, redis.Process.Id.ToString(CultureInfo.InvariantCulture)]);
            kill.WaitForExit();
        }
    }

    private static void Say(string phase, List<TimeSpan> times) =>
        Figures.Say($"{phase}: {times.Count / s_phase.TotalSeconds:0} attaches a second, {Figures.Spread(times)}");
}
