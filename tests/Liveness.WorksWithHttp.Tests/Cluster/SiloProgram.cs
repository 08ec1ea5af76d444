using System.Net;
using Liveness.WorksWithHttp.Tests.Ends;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;

namespace Liveness.WorksWithHttp.Tests.Cluster;

/// <summary>A cluster of one silo; its gateway speaks Liveness, or not.</summary>
internal static class SiloProgram
{
    public const int GatewayPort = 30000;
    private const int SiloPort = 11111;

    public static async Task RunAsync(IPAddress address, Watching watching)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddLiveness("cluster", static options => options.DetectWithin = Bounds.InBand);
        builder.UseOrleans(silo =>
        {
            silo.UseDevelopmentClustering(new IPEndPoint(address, SiloPort)).ConfigureEndpoints(address, SiloPort, GatewayPort);
            if (watching == Watching.InBand)
            {
                silo.Configure<SiloConnectionOptions>(options => options.ConfigureGatewayInboundConnection(gateway => gateway.UseLiveness("cluster")));
            }
        });
        IHost host = builder.Build();
        await host.StartAsync();
        Reports.Write(new EndEvent(EndEventKind.Ready));
        await host.WaitForShutdownAsync();
    }
}
