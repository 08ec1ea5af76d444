using Microsoft.AspNetCore.Connections;
using Orleans.Configuration;

namespace Liveness.WorksWithHttp.Tests.Lines;

internal static class OrleansLines
{
    public static void Use(ISiloBuilder silo)
    {
        silo.Configure<SiloConnectionOptions>(options => options.ConfigureGatewayInboundConnection(c => c.UseLiveness("cluster")));
    }

    public static void Use(IClientBuilder client)
    {
        client.Configure<ClientConnectionOptions>(options => options.ConfigureConnection(c => c.UseLiveness("cluster")));
    }
}
