using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace Liveness.WorksWithHttp.Tests.Web;

/// <summary>YARP on the client's host; the server is its destination, for an idle and for a busy user.</summary>
internal static class ProxyServer
{
    /// <summary>YARP itself gives an answer up after 100 s of nothing: longer than anything here.</summary>
    private static readonly ForwarderRequestConfig s_request = new() { Version = HttpVersion.Version11, ActivityTimeout = TimeSpan.FromMinutes(10) };

    public static string PathOf(bool busy) => busy ? "/busy" : "/idle";

    /// <returns>Its own address.</returns>
    public static async Task<string> StartAsync(Action<bool, SocketsHttpHandler> use, string destination)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        string[] users = ["idle", "busy"];
        builder.Services.AddReverseProxy()
            .LoadFromMemory(
                [.. users.Select(static user => new RouteConfig { RouteId = user, ClusterId = user, Match = new RouteMatch { Path = $"/{user}/{{**rest}}" }, Transforms = [new Dictionary<string, string> { ["PathRemovePrefix"] = $"/{user}" }] })],
                [.. users.Select(user => new ClusterConfig { ClusterId = user, HttpRequest = s_request, Destinations = new Dictionary<string, DestinationConfig> { ["server"] = new() { Address = destination } } })])
            .ConfigureHttpClient((context, handler) => use(context.ClusterId == "busy", handler));
        WebApplication app = builder.Build();
        app.MapReverseProxy();
        await app.StartAsync();
        return app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
    }
}
