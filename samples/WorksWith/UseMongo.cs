using System.Net.Sockets;
using Liveness;
using MongoDB.Driver;

namespace WorksWith;

/// <summary>MongoDB.Driver needs no package: it shows each socket before it connects it.</summary>
internal static class UseMongo
{
    public static MongoClient ClientFor(string server, ILivenessFactory factory)
    {
        MongoClientSettings settings = MongoClientSettings.FromConnectionString(server);
        Action<Socket> watch = socket => factory.Watch(socket, "mongo");
        settings.ClusterConfigurator = cluster => cluster.ConfigureTcp(tcp => tcp.With(socketConfigurator: watch));
        return new MongoClient(settings);
    }
}
