using NATS.Net;
using WorksWith;

namespace Liveness.WorksWith.Tests.Worker;

internal sealed class NatsWorker(string host, int portOffset) : IClient, IAsyncDisposable
{
    private readonly string _server = $"nats://{host}:{4222 + portOffset}";
    private NatsClient? _nats;

    public event Action? Noticed;

    public async Task ConnectAsync(ILivenessFactory? factory)
    {
        if (factory is not null)
        {
            _nats = await UseNats.ConnectAsync(_server, factory);
        }
        else
        {
            _nats = new NatsClient(_server);
            await _nats.ConnectAsync();
        }

        _nats.Connection.ConnectionDisconnected += (_, _) =>
        {
            Noticed?.Invoke();
            return ValueTask.CompletedTask;
        };
    }

    public async Task UseAsync(CancellationToken cancellationToken) => await _nats!.PingAsync(cancellationToken);

    public ValueTask DisposeAsync() => _nats?.DisposeAsync() ?? ValueTask.CompletedTask;
}
