using System.Net;
using System.Net.Sockets;
using MongoDB.Driver;
using WorksWith;

namespace Liveness.WorksWith.Tests.Hooks;

/// <summary>There is no server of MongoDB here: a listener shows that the driver's sockets are handed over before it connects them.</summary>
public sealed class MongoHookTests
{
    [Fact]
    public async Task The_sockets_of_the_driver_are_watched()
    {
        await using LivenessFactory factory = new(new LivenessOptions { Mode = LivenessMode.KernelOnly, DetectWithin = TimeSpan.FromSeconds(5) });
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using MongoClient mongo = UseMongo.ClientFor($"mongodb://{listener.LocalEndpoint}", factory);

        using TcpClient accepted = await listener.AcceptTcpClientAsync().WaitAsync(TimeSpan.FromSeconds(30));
        using CancellationTokenSource tooLate = new(TimeSpan.FromSeconds(30));
        while (!factory.Connections.Any(connection => connection.Name == "mongo"))
        {
            tooLate.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        factory.Connections.Should().OnlyContain(connection => connection.Name == "mongo" && connection.Mode == LivenessMode.KernelOnly);
    }
}
