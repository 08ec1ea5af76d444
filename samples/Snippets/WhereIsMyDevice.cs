using System.Net;
using System.Net.Sockets;
using Liveness;
using Liveness.Presence;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Snippets;

/// <summary>Where a device is connected, since when, and why its last connection was lost.</summary>
internal static class WhereIsMyDevice
{
    public static async Task RunAsync()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLiveness("devices");
        builder.Services.AddLivenessPresence(presence => presence.Gateway = "gateway-1");
        using IHost host = builder.Build();
        await host.StartAsync();
        IPresence presence = host.Services.GetRequiredService<IPresence>();
        Console.WriteLine(presence.Explain());

        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using TcpClient tcp = new();
        await tcp.ConnectAsync(IPAddress.Loopback, ((IPEndPoint)listener.LocalEndpoint).Port);
        ILivenessFactory factory = host.Services.GetRequiredService<ILivenessFactory>();
        Task<LivenessConnection> accepted = factory.AttachAsync(await listener.AcceptSocketAsync(), "devices");
        HeartbeatStream device = await HeartbeatStream.StartAsync(tcp.Client);
        await using LivenessConnection server = await accepted;
        server.OwnId = "meter 4711";
        await UntilAsync(presence, PresenceStatus.Connected);
        await FindAsync(presence);
        await device.DisposeAsync();
        await UntilAsync(presence, PresenceStatus.Disconnected);
        await FindAsync(presence);
        await host.StopAsync();
    }

    /// <summary>Other processes and this one share a Redis.</summary>
    public static void Share(IHostApplicationBuilder builder)
    {
        builder.Services.AddLivenessPresence(presence => presence.Gateway = "gateway-1").UseRedis("localhost:6379");
    }

    /// <summary>A dashboard has no connections of its own.</summary>
    public static void OnlyLook(IHostApplicationBuilder builder)
    {
        builder.Services.AddLivenessPresence(presence => presence.Gateway = null).UseRedis("localhost:6379");
    }

    public static async Task WatchAsync(IPresence presence, CancellationToken cancellationToken)
    {
        await foreach (PresenceChange change in presence.WatchAsync(cancellationToken))
        {
            Console.WriteLine($"{change.Kind} {change.Gateway} {change.Entry?.Key} {change.Entry?.Status}");
        }
    }

    private static async Task FindAsync(IPresence presence)
    {
        PresenceEntry? meter = await presence.FindAsync("meter 4711");
        Console.WriteLine(meter is null ? "never seen" : $"{meter.Status} at {meter.Gateway} since {meter.Since:u}");
    }

    private static async Task UntilAsync(IPresence presence, PresenceStatus status)
    {
        while (await presence.FindAsync("meter 4711") is not { } found || found.Status != status)
        {
            await Task.Delay(20);
        }
    }
}
