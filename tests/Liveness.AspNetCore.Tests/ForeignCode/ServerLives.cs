using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using static Liveness.AspNetCore.Tests.ForeignCode.LivesUnderThrowingLoggers;

namespace Liveness.AspNetCore.Tests.ForeignCode;

/// <summary>Connections of a container: by a factory whose settings change, and by Kestrel.</summary>
internal static class ServerLives
{
    private const string Section = "Liveness:Devices:DetectWithin";

    public static async Task ReloadedFactoryAsync(ThrowingLoggers loggers)
    {
        Dictionary<string, string?> settings = new() { [Section] = "00:00:02" };
        IConfigurationRoot configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        ServiceCollection services = [];
        services.AddSingleton<IConfiguration>(configuration).AddSingleton<ILoggerFactory>(loggers);
        services.AddLiveness("devices").BindConfiguration("Liveness:Devices");
        await using ServiceProvider provider = services.BuildServiceProvider();
        ILivenessFactory factory = provider.GetRequiredService<ILivenessFactory>();
        using TcpPair pair = await TcpPair.ConnectAsync();
        LivenessConnection[] both =
            await Task.WhenAll(factory.AttachAsync(pair.Client, "devices"), factory.AttachAsync(pair.Server, "devices"));
        loggers.Dispose();
        foreach ((string? text, int seconds) in ((string?, int)[])[("nonsense", 2), ("00:00:01", 1), (null, 10)])
        {
            configuration[Section] = text;
            configuration.Reload();
            await UntilAsync(() => both.All(one => one.Bound == TimeSpan.FromSeconds(seconds)), $"{text} leads to {seconds} s");
        }

        ConnectionLoss loss = await LossAsync(both[0].Monitor, pair.Reset);
        await UntilAsync(() => factory.RecentLosses.Any(record => record.Loss == loss), "the loss is remembered");
        await Task.WhenAll(both.Select(connection => connection.DisposeAsync().AsTask()));
    }

    public static async Task KestrelAsync(ThrowingLoggers loggers)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(loggers).SetMinimumLevel(LogLevel.Debug);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, static http => { });
            kestrel.Listen(IPAddress.Loopback, 0, static devices => devices.UseLiveness("devices").Run(EchoAsync));
        });
        builder.Services.AddLiveness("devices", options => options.DetectWithin = StreamLives.T);
        builder.Services.AddHealthChecks().AddLiveness();
        await using WebApplication app = builder.Build();
        app.MapLivenessStatus();
        await app.StartAsync();
        string[] addresses = [.. app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];
        await StrangerAsync(new Uri(addresses[1]).Port);
        loggers.Dispose();
        await DeviceAsync(app, loggers, new Uri(addresses[1]).Port);
        HealthReport health = await app.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        Expect(health.Status == HealthStatus.Degraded, "the check tells of the loss");
        using HttpClient http = new();
        string page = await http.GetStringAsync(new Uri($"{addresses[0]}/liveness"));
        Expect(page.Contains("devices", StringComparison.Ordinal), "the page shows it");
        await app.StopAsync();
    }

    private static async Task EchoAsync(ConnectionContext context) => await context.Transport.Input.CopyToAsync(context.Transport.Output);

    private static async Task StrangerAsync(int port)
    {
        using Socket stranger = new(SocketType.Stream, ProtocolType.Tcp);
        await stranger.ConnectAsync(IPAddress.Loopback, port);
        await stranger.SendAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
        byte[] answer = new byte[4096];
        try
        {
            while (await stranger.ReceiveAsync(answer) > 0)
            {
                Expect(answer[0] != (byte)'H', "nobody answers a stranger in HTTP");
            }
        }
        catch (SocketException reset)
        {
            Expect(reset.SocketErrorCode == SocketError.ConnectionReset, "a stranger is cut off");
        }
    }

    private static async Task DeviceAsync(WebApplication app, ThrowingLoggers loggers, int port)
    {
        await using LivenessFactory clients = new(new LivenessOptions { DetectWithin = StreamLives.T }, loggers);
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port);
        LivenessConnection device = await clients.AttachAsync(socket);
        byte[] echo = new byte[2];
        await device.Stream.WriteAsync(new byte[] { 1, 2 });
        await device.Stream.ReadExactlyAsync(echo);
        Expect(echo is [1, 2], "bytes come back");
        ILivenessFactory factory = app.Services.GetRequiredService<ILivenessFactory>();
        LivenessConnection there = factory.Connections.Single();
        await LossAsync(there.Monitor, () =>
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
            socket.Dispose();
        });
        await UntilAsync(() => factory.RecentLosses.Count == 1, "the loss is remembered");
        await device.DisposeAsync();
    }
}
