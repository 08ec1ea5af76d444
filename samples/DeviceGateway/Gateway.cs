using Microsoft.AspNetCore.Connections;

namespace DeviceGateway;

/// <summary>Devices connect over TCP with a heartbeat inside; people and machines look in over HTTP. This is what you would copy.</summary>
internal static class Gateway
{
    public static async Task RunAsync(string[] args)
    {
        // First: an instrument is measured only while somebody listens.
        using MetricsPage metrics = new();
        WebApplicationOptions options = new() { Args = args, ContentRootPath = AppContext.BaseDirectory };
        WebApplicationBuilder builder = WebApplication.CreateBuilder(options);
        int devicePort = builder.Configuration.GetValue<int>("Gateway:DevicePort");
        int httpPort = builder.Configuration.GetValue<int>("Gateway:HttpPort");

        builder.Services.AddLiveness("devices").BindConfiguration("Liveness:Devices");

        // Ctrl+C and every deployment: the devices are told first, and when to come back.
        builder.Services.AddLivenessDrain(drain => drain.Text = "the gateway is being restarted");
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.ListenLocalhost(devicePort, listen => listen.UseLiveness("devices").UseConnectionHandler<DeviceHandler>()));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(httpPort));

        builder.Services.AddHealthChecks().AddLiveness(options => options.GraceTime = TimeSpan.FromSeconds(30));
        builder.Services.AddSingleton<LossDesk>();
        builder.Services.AddHostedService(services => services.GetRequiredService<LossDesk>());

        WebApplication app = builder.Build();
        app.MapHealthChecks("/health");
        app.MapLivenessStatus("/liveness");
        app.MapGet("/metrics", () => metrics.ToString());
        app.MapGet("/", () => Results.Redirect("/liveness"));

        await app.StartAsync();
        Console.WriteLine($"Devices connect to port {devicePort}. "
            + $"Status page: http://localhost:{httpPort}/liveness, also /health and /metrics. Ctrl+C ends.");
        await app.WaitForShutdownAsync(CancellationToken.None);
    }
}
