using LivenessServer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(
    new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });

// A setting that is misspelt, or out of its range, stops the program at start and says what to write instead.
builder.Services.AddLiveness("clients").BindConfiguration("Liveness:Clients");

// Ctrl+C and every deployment: the clients are told first, and when to come back.
builder.Services.AddLivenessDrain(drain => drain.Text = "the server is being restarted");
builder.Services.AddHostedService<ClientListener>();
await builder.Build().RunAsync();
