using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Liveness.Presence.Redis;
using StackExchange.Redis;

namespace Liveness.Presence.Tests.Stores;

/// <summary>The servers that are there, each started once when it is first needed.</summary>
internal static class Servers
{
    private static readonly Lazy<int> s_garnet = new(StartGarnet);
    private static readonly Lazy<int> s_redis = new(() => StartRedis().Port);

    public static string? RedisServer { get; } = ((string[])["/usr/bin/redis-server", "/usr/local/bin/redis-server"]).FirstOrDefault(File.Exists);

    /// <summary>Memory and Garnet always; Redis where it is installed.</summary>
    public static TheoryData<StoreKind> Kinds => [.. All];

    public static TheoryData<StoreKind> Real => [.. All.Where(static kind => kind != StoreKind.Memory)];

    private static IEnumerable<StoreKind> All =>
        Enum.GetValues<StoreKind>().Where(static kind => kind != StoreKind.Redis || RedisServer is not null);

    public static async Task<OpenedStore> OpenAsync(StoreKind kind, string? options = null)
    {
        if (kind == StoreKind.Memory)
        {
            return new OpenedStore(new InMemoryPresenceStore(TimeProvider.System), null, null);
        }

        int port = kind == StoreKind.Garnet ? s_garnet.Value : s_redis.Value;
        return await OpenAsync(port, options).ConfigureAwait(false);
    }

    public static async Task<OpenedStore> OpenAsync(int port, string? options = null)
    {
        ConfigurationOptions configuration = ConfigurationOptions.Parse($"127.0.0.1:{port},abortConnect=false,allowAdmin=true,{options}");
        configuration.BacklogPolicy = BacklogPolicy.FailFast;
        IConnectionMultiplexer multiplexer = await ConnectionMultiplexer.ConnectAsync(configuration).ConfigureAwait(false);
        RedisKeys keys = new($"test-{Guid.NewGuid():N}");
        List<string> strange = [];
        RedisConnection connection = new(() => Task.FromResult(multiplexer), owns: true, keys);
        return new OpenedStore(new RedisPresenceStore(connection, keys, strange.Add), multiplexer, keys) { Strange = strange };
    }

    /// <summary>A server of its own, for what must not hit the other tests.</summary>
    public static (int Port, Process Process) StartRedis(params string[] arguments)
    {
        int port = FreePort();
        ProcessStartInfo start = new(RedisServer!) { RedirectStandardOutput = true };
        string[] all = ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no", .. arguments];
        Array.ForEach(all, start.ArgumentList.Add);
        Process process = Process.Start(start)!;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Kill(process);
        while (process.StandardOutput.ReadLine() is { } line && !line.Contains("Ready to accept", StringComparison.Ordinal))
        {
        }

        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        return (port, process);
    }

    public static void Kill(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    private static int StartGarnet()
    {
        int port = FreePort();
        Garnet.GarnetServer server = new(["--bind", "127.0.0.1", "--port", $"{port}", "--memory", "64m", "--index", "1m", "--logger-level", "Error"]);
        server.Start();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.Dispose();
        return port;
    }

    private static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
