using System.Net;
using System.Net.Sockets;
using Liveness;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Snippets;

/// <summary>Everything from a file, by name: the calling code does not know the mode.</summary>
internal static class ConfiguredByName
{
    public static async Task RunAsync()
    {
        using IHost host = Configured();
        await host.StartAsync();
        ILivenessFactory factory = host.Services.GetRequiredService<ILivenessFactory>();
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using TcpClient connecting = new();
        await connecting.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        using TcpClient accepted = await listener.AcceptTcpClientAsync();

        Task<LivenessConnection> device = factory.AttachAsync(connecting, "devices");
        await ServeAsync(accepted, factory, () => connecting.Client.Close(timeout: 0), CancellationToken.None);
        await (await device).DisposeAsync();
        await host.StopAsync();
    }

    private static IHost Configured()
    {
        HostApplicationBuilderSettings settings = new() { ContentRootPath = AppContext.BaseDirectory };
        HostApplicationBuilder builder = Host.CreateApplicationBuilder(settings);
        builder.Services.AddLiveness("devices").BindConfiguration("Liveness:Devices");
        builder.Services.AddLiveness("backend").BindConfiguration("Liveness:Backend");
        return builder.Build();
    }

    private static async Task ServeAsync(TcpClient accepted, ILivenessFactory factory, Action breakIt, CancellationToken cancellationToken)
    {
        await using LivenessConnection connection = await factory.AttachAsync(accepted, "devices", cancellationToken);
        Console.WriteLine($"{connection.Name} {connection.Mode}, bound {connection.Bound}");
        breakIt();
        try
        {
            await connection.Stream.CopyToAsync(Stream.Null, cancellationToken);
        }
        catch (ConnectionLostException lost)
        {
            Console.WriteLine(lost.Loss);
        }
    }
}
