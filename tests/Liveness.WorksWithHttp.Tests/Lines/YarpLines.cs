using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Liveness.WorksWithHttp.Tests.Lines;

internal static class YarpLines
{
    public static WebApplication Make(WebApplicationBuilder builder)
    {
        WebApplication? app = null;
        builder.Services.AddReverseProxy()
            .LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"))
            .ConfigureHttpClient((_, handler) =>
                handler.UseLiveness(app!.Services.GetRequiredService<ILivenessFactory>(), "backends"));
        app = builder.Build();
        app.MapReverseProxy();
        return app;
    }
}
