using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Liveness.AspNetCore.Tests;

/// <summary>A Kestrel of its own on loopback, whose connections go by the name "server"; and a client's factory.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    /// <summary>Only a hang takes longer.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly WebApplication _app;

    private TestServer(WebApplication app, RecordedLogs logs)
    {
        _app = app;
        Logs = logs;
    }

    public RecordedLogs Logs { get; }

    public IServiceProvider Services => _app.Services;

    public ILivenessFactory Factory => _app.Services.GetRequiredService<ILivenessFactory>();

    public LivenessFactory ClientFactory { get; } = new(new LivenessOptions { DetectWithin = TimeSpan.FromSeconds(30) });

    public IPEndPoint EndPoint
    {
        get
        {
            Uri address = new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
            return new IPEndPoint(IPAddress.Loopback, address.Port);
        }
    }

    public Uri Address => new($"http://127.0.0.1:{EndPoint.Port}/");

    public static async Task<TestServer> StartAsync(
        Action<ListenOptions> listen,
        Action<WebApplication>? map = null,
        Action<LivenessOptions>? liveness = null,
        Action<IServiceCollection>? services = null)
    {
        RecordedLogs logs = new();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Logging.ClearProviders().AddProvider(logs).SetMinimumLevel(LogLevel.Debug);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen);
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
        });
        builder.Services.AddLiveness("server", options =>
        {
            options.DetectWithin = TimeSpan.FromSeconds(30);
            liveness?.Invoke(options);
        });
        services?.Invoke(builder.Services);
        WebApplication app = builder.Build();
        map?.Invoke(app);
        await app.StartAsync();
        return new TestServer(app, logs);
    }

    public async Task<Socket> ConnectAsync()
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(EndPoint).WaitAsync(Limit);
        return socket;
    }

    /// <summary>A client that speaks Liveness.</summary>
    public async Task<LivenessConnection> AttachAsync() => await ClientFactory.AttachAsync(await ConnectAsync()).WaitAsync(Limit);

    public Task StopAsync(CancellationToken cancellationToken = default) => _app.StopAsync(cancellationToken);

    /// <summary>A connection leaves the list of the factory a moment after its end is public.</summary>
    public async Task ConnectionsAreForgottenAsync()
    {
        using CancellationTokenSource tooLate = new(Limit);
        while (Factory.Connections.Count > 0)
        {
            await Task.Delay(10, tooLate.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await ClientFactory.DisposeAsync();
    }
}
