using System.Net;
using Liveness.WorksWithHttp.Tests.Ends;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;

namespace Liveness.WorksWithHttp.Tests.Cluster;

/// <summary>Clients of a cluster, one that waits and one that asks.</summary>
internal sealed class ClusterClients(string address, Watching watching)
{
    public async Task<IReadOnlyList<Subject>> MakeAsync() => [await MakeAsync(busy: false), await MakeAsync(busy: true)];

    private async Task<Subject> MakeAsync(bool busy)
    {
        string name = $"Orleans, {watching}, {(busy ? "busy" : "idle")}";
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddLiveness("cluster", static options => options.DetectWithin = Bounds.InBand);
        builder.UseOrleansClient(client =>
        {
            client.UseStaticClustering(new IPEndPoint(IPAddress.Parse(address), SiloProgram.GatewayPort));
            if (watching == Watching.InBand)
            {
                client.Configure<ClientConnectionOptions>(options => options.ConfigureConnection(gateway => gateway.UseLiveness("cluster")));
            }
        });
        IHost host = builder.Build();
        await host.StartAsync();
        ILivenessFactory factory = host.Services.GetRequiredService<ILivenessFactory>();
        IEchoGrain grain = host.Services.GetRequiredService<IClusterClient>().GetGrain<IEchoGrain>(busy ? 1 : 0);
        HashSet<long> reported = [];
        return new Subject
        {
            Name = name,
            IsBusy = busy,
            UseAsync = async token =>
            {
                await grain.Echo("echo").WaitAsync(token);
                foreach (LivenessConnection connection in factory.Connections.Where(connection => reported.Add(connection.Id)))
                {
                    Reports.Of(name)(connection);
                }
            },
            WaitAsync = token => grain.Listen().WaitAsync(token),
        };
    }
}
