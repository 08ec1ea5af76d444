using System.Net;
using System.Net.Sockets;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using WorksWith;

namespace Liveness.WorksWith.Tests.Hooks;

/// <summary>Without a server: a listener shows that the client's sockets are handed over before it connects them.</summary>
public sealed class RabbitMqHookTests
{
    [Fact]
    public async Task The_sockets_of_the_client_are_watched()
    {
        await using LivenessFactory factory = new(new LivenessOptions { Mode = LivenessMode.KernelOnly, DetectWithin = TimeSpan.FromSeconds(5) });
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Task<IConnection> connecting = UseRabbitMq.FactoryFor(new Uri($"amqp://{listener.LocalEndpoint}"), factory).CreateConnectionAsync();

        using (TcpClient accepted = await listener.AcceptTcpClientAsync().WaitAsync(TimeSpan.FromSeconds(30)))
        {
            using CancellationTokenSource tooLate = new(TimeSpan.FromSeconds(30));
            while (!factory.Connections.Any(connection => connection.Name == "rabbitmq"))
            {
                tooLate.Token.ThrowIfCancellationRequested();
                await Task.Yield();
            }

            factory.Connections.Should().OnlyContain(connection => connection.Name == "rabbitmq" && connection.Mode == LivenessMode.KernelOnly);
            listener.Stop();
        }

        await FluentActions.Awaiting(() => connecting).Should().ThrowAsync<BrokerUnreachableException>();
    }
}
