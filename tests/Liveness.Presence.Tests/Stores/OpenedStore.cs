using Liveness.Presence.Redis;
using StackExchange.Redis;

namespace Liveness.Presence.Tests.Stores;

/// <summary>A store for one test, under a prefix of its own.</summary>
internal sealed record OpenedStore(IPresenceStore Store, IConnectionMultiplexer? Multiplexer, RedisKeys? Keys) : IAsyncDisposable
{
    public List<string> Strange { get; init; } = [];

    public IDatabase Database => Multiplexer!.GetDatabase();

    public async ValueTask DisposeAsync()
    {
        if (Store is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }
    }
}
