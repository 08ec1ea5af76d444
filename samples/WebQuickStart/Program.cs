using Liveness.AspNetCore;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddLiveness("web").BindConfiguration("Liveness:Web");
builder.Services.AddHealthChecks().AddLiveness();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(5090, listen => listen.UseLiveness("web")));

WebApplication app = builder.Build();
app.MapGet("/", (HttpContext context) =>
    $"You are connection {context.Features.Get<ILivenessConnectionFeature>()!.Connection.Id}.\n");
app.MapHealthChecks("/health");
app.MapLivenessStatus("/liveness");
await app.RunAsync();
