using System.Net;
using System.Net.Sockets;
using Liveness;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Snippets;

/// <summary>One listener for every connection of a program.</summary>
internal static class ListenToAll
{
    public static async Task RunAsync()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLiveness("devices");
        builder.Services.AddSingleton<IConnectionListener, ConnectionDiary>();
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
        server.OwnId = "meter 4711";
        await server.CloseAsync();
        await host.StopAsync();
    }
}
