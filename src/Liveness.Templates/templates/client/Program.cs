using LivenessClient;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(
    new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });

// A setting that is misspelt, or out of its range, stops the program at start and says what to write instead.
builder.Services.AddLiveness("server").BindConfiguration("Liveness:Server");
builder.Services.AddHostedService<ServerConnection>();
await builder.Build().RunAsync();
