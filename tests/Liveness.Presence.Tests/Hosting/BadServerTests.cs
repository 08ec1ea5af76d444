using System.Diagnostics;
using System.Globalization;
using Liveness.Presence.Tests.Stores;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace Liveness.Presence.Tests.Hosting;

/// <summary>Whatever is wrong with the server: one clear line, and no connection feels it.</summary>
public sealed class BadServerTests
{
    private const string Secret = "hidden-1234";

    [RedisFact]
    public Task A_full_server_is_told() => ExpectAsync("*OOM*noeviction*", static server => server.ConfigSetAsync("maxmemory", "1"));

    [RedisFact]
    public Task Wrong_credentials_are_told_without_the_password() =>
        ExpectAsync("*user*password*", static server => server.ConfigSetAsync("requirepass", "another-5678"), $"password={Secret}");

    [RedisFact]
    public Task A_server_that_wants_a_password_is_told() =>
        ExpectAsync("*password*", static server => server.ConfigSetAsync("requirepass", Secret));

    [RedisFact]
    public Task A_read_only_server_is_told() =>
        ExpectAsync("*replica*", static server => server.ExecuteAsync("REPLICAOF", "127.0.0.1", "1"));

    [RedisFact]
    public Task A_store_of_another_version_is_told() =>
        ExpectAsync("*schema 2*choose another prefix*", static server => server.Multiplexer.GetDatabase().StringSetAsync("liveness:schema", "2"));

    [RedisFact]
    public Task A_prefix_that_somebody_else_uses_is_told() =>
        ExpectAsync("*WRONGTYPE*choose another prefix*", static server => server.Multiplexer.GetDatabase().StringSetAsync("liveness:gw", "mine"));

    [RedisFact]
    public Task A_lease_that_somebody_else_has_written_is_told() =>
        ExpectAsync("*no lease*", static server => server.Multiplexer.GetDatabase().StringSetAsync("liveness:lease:gw-1", "mine"));

    [RedisFact]
    public async Task A_server_that_is_slow_by_two_seconds_is_told_and_has_everything_in_the_end()
    {
        (int port, Process process) = Servers.StartRedis();
        await using ConnectionMultiplexer admin = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{port},allowAdmin=true");
        await using PresenceHost host = await StartAsync(port, "");
        await host.Log.FirstAsync("GatewayRegistered");
        await admin.GetServers().Single().ExecuteAsync("CLIENT", "PAUSE", "2000", "ALL");

        (LivenessConnection connection, _) = await host.AttachAsync("a").WaitAsync(TimeSpan.FromSeconds(1));

        Task<string> slow = host.Log.FirstAsync("StoreSlow");
        while (await Task.WhenAny(slow, Task.Delay(TimeSpan.FromSeconds(5))) != slow)
        {
            // A busy machine has slept through the pause.
            await admin.GetServers().Single().ExecuteAsync("CLIENT", "PAUSE", "2000", "ALL");
        }

        (await slow).Should().Contain("PresenceOptions.DetectWithin");
        await host.UntilAsync("a", static found => found?.Status == PresenceStatus.Connected);
        (connection.Monitor.State, connection.Monitor.Loss).Should().Be((LivenessState.Alive, (ConnectionLoss?)null));
        host.Log.Lines.Should().NotContain(static line => line.Event == "StoreFailed");
        Servers.Kill(process);
    }

    [RedisFact]
    public async Task Keys_of_any_shape_are_found()
    {
        (int port, Process process) = Servers.StartRedis();
        await using PresenceHost host = await StartAsync(port, "");
        string[] keys = ["a", new string('k', 128), new string('測', 128), "größe ✓", "{liveness}:lease:gw-1", "a:b:{c}", "~", "*?[a]"];
        foreach (string key in keys)
        {
            await host.AttachAsync(key);
        }

        foreach (string key in keys)
        {
            await host.UntilAsync(key, static found => found?.Status == PresenceStatus.Connected);
        }

        Func<Task> none = () => host.AttachAsync("");
        await none.Should().ThrowAsync<ArgumentException>();
        Servers.Kill(process);
    }

    /// <param name="words">Of the line.</param>
    /// <param name="spoil">Before the host starts.</param>
    /// <param name="options">Of the connection to the server.</param>
    private static async Task ExpectAsync(string words, Func<IServer, Task> spoil, string options = "")
    {
        (int port, Process process) = Servers.StartRedis();
        await using ConnectionMultiplexer admin = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{port},allowAdmin=true");
        await spoil(admin.GetServers().Single());
        await using PresenceHost host = await StartAsync(port, options);

        (LivenessConnection connection, _) = await host.AttachAsync("a");

        // The client may say first that it has no connection.
        string line = await host.Log.FirstAsync("StoreFailed", words);
        line.Should().Contain("Connections are not affected").And.NotContain(Secret);
        (connection.Monitor.State, connection.Monitor.Loss).Should().Be((LivenessState.Alive, (ConnectionLoss?)null));
        Servers.Kill(process);
    }

    private static Task<PresenceHost> StartAsync(int port, string options) => PresenceHost.StartAsync(
        new InMemoryPresenceStore(TimeProvider.System),
        "gw-1",
        null,
        services => services.AddLivenessPresence().UseRedis(string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port},{options}")));
}
