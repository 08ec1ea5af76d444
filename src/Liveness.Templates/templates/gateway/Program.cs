using Liveness;
using LivenessGateway;
using Microsoft.AspNetCore.Connections;

WebApplicationBuilder builder = WebApplication.CreateBuilder(
    new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
int clientPort = builder.Configuration.GetValue("Gateway:ClientPort", 5095);
int httpPort = builder.Configuration.GetValue("Gateway:HttpPort", 5096);

// A setting that is misspelt, or out of its range, stops the program at start and says what to write instead.
builder.Services.AddLiveness("clients").BindConfiguration("Liveness:Clients");

// Ctrl+C and every deployment: the clients are told first, and when to come back.
builder.Services.AddLivenessDrain(drain => drain.Text = "the gateway is being restarted");
builder.Services.AddHealthChecks().AddLiveness();
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.ListenAnyIP(clientPort, listen => listen.UseLiveness("clients").UseConnectionHandler<ClientHandler>());

    // The status page tells whoever can open it who is connected: on this host only.
    kestrel.ListenLocalhost(httpPort);
});

WebApplication app = builder.Build();
app.MapHealthChecks("/health");
app.MapLivenessStatus("/liveness");
app.MapGet("/", () => Results.Redirect("/liveness"));
await app.RunAsync();
