using Liveness;
using RabbitMQ.Client;

namespace WorksWith;

/// <summary>RabbitMQ.Client needs no package: it shows the socket of each connection that it is about to make.</summary>
internal static class UseRabbitMq
{
    public static ConnectionFactory FactoryFor(Uri server, ILivenessFactory liveness)
    {
        ConnectionFactory rabbit = new() { Uri = server };
        rabbit.SocketFactory = family =>
        {
            ITcpClient client = ConnectionFactoryBase.DefaultSocketFactory(family);
            liveness.Watch(client.Client, "rabbitmq");
            return client;
        };
        return rabbit;
    }
}
