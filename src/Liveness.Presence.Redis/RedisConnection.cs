using StackExchange.Redis;

namespace Liveness.Presence.Redis;

/// <summary>The way to the server: connected when it is first needed, and again where that has failed.</summary>
/// <param name="connect">How.</param>
/// <param name="owns">Whether to dispose it.</param>
/// <param name="keys">For the words of failures.</param>
internal sealed class RedisConnection(Func<Task<IConnectionMultiplexer>> connect, bool owns, RedisKeys keys) : IAsyncDisposable
{
    private readonly Lock _gate = new();

    /// <summary>Under the lock.</summary>
    private Task<IConnectionMultiplexer>? _connecting;

    /// <summary>Asks the server, and puts what its client throws into plain words.</summary>
    public async Task<T> AskAsync<T>(Func<IDatabase, Task<T>> ask)
    {
        try
        {
            return await ask((await ConnectAsync().ConfigureAwait(false)).GetDatabase()).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not PresenceStoreException)
        {
            throw RedisFailure.Of(failure, keys);
        }
    }

    /// <inheritdoc cref="AskAsync{T}"/>
    public Task AskAsync(Func<IDatabase, Task> ask) => AskAsync(async database =>
    {
        await ask(database).ConfigureAwait(false);
        return true;
    });

    public async ValueTask DisposeAsync()
    {
        Task<IConnectionMultiplexer>? connecting;
        lock (_gate)
        {
            connecting = _connecting;
        }

        if (owns && connecting is { IsCompletedSuccessfully: true })
        {
            await (await connecting.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }
    }

    private Task<IConnectionMultiplexer> ConnectAsync()
    {
        lock (_gate)
        {
            if (_connecting is null or { IsFaulted: true } or { IsCanceled: true })
            {
                // Whoever asks first must not lend it a context for as long as it lasts.
                using (ExecutionContext.SuppressFlow())
                {
                    _connecting = Task.Run(connect);
                }
            }

            return _connecting;
        }
    }
}
