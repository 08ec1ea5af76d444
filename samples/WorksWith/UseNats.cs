using Liveness;
using NATS.Client.Core;
using NATS.Net;

namespace WorksWith;

/// <summary>NATS.Net, by the package Liveness.NATS.Net.</summary>
internal static class UseNats
{
    public static async Task<NatsClient> ConnectAsync(string server, ILivenessFactory factory)
    {
        NatsClient client = new(server);
        client.Connection.UseLiveness(factory, "nats");
        await client.ConnectAsync();
        return client;
    }
}
