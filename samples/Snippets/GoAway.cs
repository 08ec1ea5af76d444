using System.Net;
using System.Net.Sockets;
using Liveness;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Snippets;

/// <summary>A host that stops, and what its peer sees of it.</summary>
internal static class GoAway
{
    public static async Task RunAsync()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLiveness("devices");
        builder.Services.AddLivenessDrain(drain => drain.ReconnectSpread = TimeSpan.FromSeconds(30));
        using IHost host = builder.Build();
        await host.StartAsync();

        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using TcpClient tcp = new();
        await tcp.ConnectAsync(IPAddress.Loopback, ((IPEndPoint)listener.LocalEndpoint).Port);
        ILivenessFactory factory = host.Services.GetRequiredService<ILivenessFactory>();
        Task<LivenessConnection> accepted = factory.AttachAsync(await listener.AcceptSocketAsync(), "devices");
        await using HeartbeatStream device = await HeartbeatStream.StartAsync(tcp.Client);
        await using LivenessConnection server = await accepted;

        await host.StopAsync();
        ConnectionLoss? loss = await device.Monitor.Completion;
        Console.WriteLine($"a loss? {(loss is null ? "none" : loss)}; what the device is told: {device.Monitor.PeerGoingAway!.Text}");
    }
}
