using RabbitMQ.Client;
using WorksWith;

namespace Liveness.WorksWith.Tests.Worker;

/// <summary>The library recovers its connection and its channels by itself.</summary>
internal sealed class RabbitWorker(string host) : IClient, IAsyncDisposable
{
    private static readonly CreateChannelOptions s_confirmed = new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);

    private readonly Uri _server = new($"amqp://{host}:5672");
    private IConnection? _rabbit;
    private IChannel? _channel;

    public event Action? Noticed;

    public async Task ConnectAsync(ILivenessFactory? factory)
    {
        ConnectionFactory rabbit = factory is null ? new ConnectionFactory { Uri = _server } : UseRabbitMq.FactoryFor(_server, factory);
        _rabbit = await rabbit.CreateConnectionAsync();
        _rabbit.ConnectionShutdownAsync += (_, _) =>
        {
            Noticed?.Invoke();
            return Task.CompletedTask;
        };
        _channel = await _rabbit.CreateChannelAsync(s_confirmed);
    }

    /// <summary>To a queue that does not exist: the server takes the message, confirms it, and forgets it.</summary>
    public async Task UseAsync(CancellationToken cancellationToken) =>
        await _channel!.BasicPublishAsync("", "liveness", new byte[4], cancellationToken);

    public ValueTask DisposeAsync() => _rabbit?.DisposeAsync() ?? ValueTask.CompletedTask;
}
