using Liveness;
using Liveness.AspNetCore;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StatusPage;

// A server of devices that come, go and are cut off, with its status page on http://localhost:5080/liveness.
WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.AddFilter("Microsoft", LogLevel.Warning);

builder.Services.AddLiveness("devices", options => options.DetectWithin = TimeSpan.FromSeconds(3));
builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(5081, listen => listen.UseLiveness("devices").UseConnectionHandler<DeviceHandler>()));

builder.Services.AddLiveness("api", options => options.DetectWithin = TimeSpan.FromSeconds(5));
builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(5082, listen => listen.UseLiveness("api")));
builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(5080));

builder.Services.AddHealthChecks().AddLiveness(options => options.CriticalNames = ["devices"]);
builder.Services.AddHostedService<Devices>();

WebApplication app = builder.Build();
app.MapHealthChecks("/health");
app.MapLivenessStatus("/liveness");
app.MapGet("/", () => Results.Redirect("/liveness"));
app.MapGet("/hello", () => "hello, over a connection with a heartbeat inside");
await app.StartAsync();

using HttpClient client = ApiClient.Make(app.Services.GetRequiredService<ILivenessFactory>());
Console.WriteLine(await client.GetStringAsync(new Uri("http://localhost:5082/hello")));
Console.WriteLine("The page: http://localhost:5080/liveness, the health check: http://localhost:5080/health. Ctrl+C ends.");
await app.WaitForShutdownAsync();
