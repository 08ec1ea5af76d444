using System.Diagnostics;
using System.Globalization;
using Liveness.Presence.Tests.Stores;
using StackExchange.Redis;

namespace Liveness.Presence.Tests.Measure;

/// <summary>A redis-server of its own, and what it says of itself.</summary>
internal sealed class MeasuredRedis : IAsyncDisposable
{
    private readonly IConnectionMultiplexer _admin;

    private MeasuredRedis(int port, Process process, IConnectionMultiplexer admin) => (Port, Process, _admin) = (port, process, admin);

    public int Port { get; }

    public Process Process { get; private set; }

    public string Address => $"127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}";

    public static async Task<MeasuredRedis> StartAsync(params string[] arguments)
    {
        (int port, Process process) = Servers.StartRedis(arguments);
        return new MeasuredRedis(port, process, await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{port},abortConnect=false,allowAdmin=true"));
    }

    public async Task<long> MemoryAsync() => await NumberAsync("memory", "used_memory");

    /// <summary>Since its start; the question itself is one.</summary>
    public async Task<long> CommandsAsync() => await NumberAsync("stats", "total_commands_processed");

    /// <summary>How many commands it is sent in such a time.</summary>
    public async Task<long> CommandsWithinAsync(TimeSpan time)
    {
        long before = await CommandsAsync();
        await Task.Delay(time);
        return await CommandsAsync() - before - 1;
    }

    /// <summary>It is killed and started again, with nothing in it.</summary>
    public async Task RestartEmptyAsync()
    {
        Process.Kill();
        await Process.WaitForExitAsync();
        (_, Process) = Servers.StartRedis("--port", Port.ToString(CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        await _admin.DisposeAsync();
        Servers.Kill(Process);
    }

    private async Task<long> NumberAsync(string section, string name)
    {
        IServer server = _admin.GetServers().Single();
        string value = (await server.InfoAsync(section)).SelectMany(static group => group).First(pair => pair.Key == name).Value;
        return long.Parse(value, CultureInfo.InvariantCulture);
    }
}
