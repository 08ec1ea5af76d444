using System.Diagnostics;
using System.Globalization;
using System.Net;
using Liveness.Testing;

namespace Liveness.Presence.Tests.Measure;

/// <summary>A gateway is cut off from the store for a while, and comes back.</summary>
internal static class Cut
{
    /// <summary>Another address of this machine: what goes there can be dropped alone.</summary>
    private const string Apart = "127.0.0.2";

    private const int Connections = 100_000;
    private const int Meanwhile = 100;

    private static readonly TimeSpan s_bound = new PresenceOptions().DetectWithin;

    /// <param name="time">How long.</param>
    /// <param name="isReal">By the kernel, which drops every packet, as in a network namespace of its own it may; else by a relay.</param>
    public static async Task<bool> RunAsync(TimeSpan time, bool isReal)
    {
        await using MeasuredRedis redis = await MeasuredRedis.StartAsync("--bind", "127.0.0.1", Apart);
        await using LoopbackRelay way = LoopbackRelay.Start(new IPEndPoint(IPAddress.Loopback, redis.Port));
        await using MeasuredGateway looker = await MeasuredGateway.StartAsync(null, redis.Address, "liveness");
        (string host, int port) = isReal ? (Apart, redis.Port) : ("127.0.0.1", way.EndPoint.Port);
        string store = string.Create(CultureInfo.InvariantCulture, $"{host}:{port}");
        await using MeasuredGateway gateway = await MeasuredGateway.StartAsync("gw-0", store, "liveness");
        gateway.Attach(0, Connections);
        await gateway.SettledAsync();
        await using Watcher watcher = new(looker.Presence);
        await looker.Presence.GatewaysAsync();

        long begun = Stopwatch.GetTimestamp();
        Action heal = isReal ? Drop() : way.Resume;
        if (!isReal)
        {
            way.Stall();
        }

        TimeSpan? silent = await watcher.FirstAsync("gw-0", PresenceChangeKind.GatewaySilent, begun, s_bound * 3);
        gateway.Attach(Connections, Meanwhile);
        gateway.End(0, Meanwhile);
        await Task.Delay(time - Stopwatch.GetElapsedTime(begun));
        int unknown = await looker.CountAsync("gw-0", PresenceStatus.GatewaySilent);
        int gone = watcher.Gone("gw-0", begun);
        Figures.Say($"cut of {time.TotalSeconds:0} s: silent after {silent?.TotalSeconds:0.00} s, {unknown:N0} devices unknown, "
            + $"{gone} said to be gone");

        long commands = await redis.CommandsAsync();
        long healed = Stopwatch.GetTimestamp();
        heal();
        TimeSpan? back = await watcher.FirstAsync("gw-0", PresenceChangeKind.GatewayAlive, healed, s_bound * 6);
        await gateway.SettledAsync();
        TimeSpan whole = Stopwatch.GetElapsedTime(healed);
        commands = await redis.CommandsAsync() - commands;
        int connected = await looker.CountAsync("gw-0", PresenceStatus.Connected);
        Figures.Say($"back after {back?.TotalSeconds:0.00} s; {Meanwhile} attaches and {Meanwhile} ends of meanwhile written after {whole.TotalSeconds:0.00} s; "
            + $"{commands} commands, those of the watcher among them; {connected:N0} connected");
        return silent <= s_bound && back <= s_bound && gone == 0 && unknown == Connections && connected == Connections;
    }

    /// <returns>Ends it.</returns>
    private static Action Drop()
    {
        Tables("-I");
        return static () => Tables("-D");
    }

    private static void Tables(string what)
    {
        foreach (string direction in (string[])["-s", "-d"])
        {
            using Process tables = Process.Start("iptables", [what, "INPUT", direction, Apart, "-j", "DROP"]);
            tables.WaitForExit();
            tables.ExitCode.Should().Be(0);
        }
    }
}
