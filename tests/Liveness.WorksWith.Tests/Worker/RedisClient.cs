using StackExchange.Redis;
using WorksWith;

namespace Liveness.WorksWith.Tests.Worker;

internal sealed class RedisClient(string host, int portOffset) : IClient
{
    private readonly string _server = $"{host}:{6379 + portOffset}";
    private ConnectionMultiplexer? _redis;

    public event Action? Noticed;

    public async Task ConnectAsync(ILivenessFactory? factory)
    {
        _redis = factory is null ? await ConnectionMultiplexer.ConnectAsync(_server) : await UseRedis.ConnectAsync(_server, factory);
        _redis.ConnectionFailed += (_, _) => Noticed?.Invoke();
    }

    public Task UseAsync(CancellationToken cancellationToken) => _redis!.GetDatabase().PingAsync().WaitAsync(cancellationToken);
}
