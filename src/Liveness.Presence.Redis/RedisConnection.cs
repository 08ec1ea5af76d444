using System.Diagnostics;
using StackExchange.Redis;

namespace Liveness.Presence.Redis;

/// <summary>The way to the server: connected when it is first needed, and again where that has failed.</summary>
/// <param name="connect">How.</param>
/// <param name="owns">Whether to dispose it.</param>
/// <param name="keys">For the words of failures.</param>
internal sealed class RedisConnection(Func<Task<IConnectionMultiplexer>> connect, bool owns, RedisKeys keys)
    : IAsyncDisposable, IDisposable
{
    private readonly Lock _gate = new();

    /// <summary>Under the lock.</summary>
    private Task<IConnectionMultiplexer>? _connecting;

    /// <summary>Under the lock.</summary>
    private bool _isDisposed;

    /// <summary>Asks the server, and puts what its client throws into plain words.</summary>
    /// <param name="ask">With the database.</param>
    /// <param name="cancellationToken">Of whoever asks: that they give up is no fault of the server's.</param>
    public async Task<T> AskAsync<T>(Func<IDatabase, Task<T>> ask, CancellationToken cancellationToken = default)
    {
        try
        {
            return await ask((await ConnectAsync().ConfigureAwait(false)).GetDatabase()).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception failure) when (failure is not PresenceStoreException)
        {
            throw RedisFailure.Of(failure, keys);
        }
    }

    /// <summary>As the other, where nothing is answered.</summary>
    public Task AskAsync(Func<IDatabase, Task> ask) => AskAsync(async database =>
    {
        await ask(database).ConfigureAwait(false);
        return true;
    });

    /// <summary>A connection that is still being made is disposed as soon as it is there: nobody waits for it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (End() is { } connecting)
        {
            Task disposing = DisposeAsync(connecting);
            if (connecting.IsCompleted)
            {
                await disposing.ConfigureAwait(false);
            }
        }
    }

    /// <summary>As <see cref="DisposeAsync()"/>, and waits for nothing.</summary>
    public void Dispose()
    {
        if (End() is { } connecting)
        {
            _ = DisposeAsync(connecting);
        }
    }

    private static async Task DisposeAsync(Task<IConnectionMultiplexer> connecting)
    {
        try
        {
            await (await connecting.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            // Whoever has asked was told why it failed.
            Debug.WriteLine(failure.GetType());
        }
    }

    /// <returns>What is to be disposed; null = nothing.</returns>
    private Task<IConnectionMultiplexer>? End()
    {
        lock (_gate)
        {
            Task<IConnectionMultiplexer>? own = owns && !_isDisposed ? _connecting : null;
            _isDisposed = true;
            return own;
        }
    }

    private Task<IConnectionMultiplexer> ConnectAsync()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
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
