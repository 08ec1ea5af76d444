namespace Liveness.Tests.StreamContract;

/// <summary>Two connected streams, open, and what is to be disposed behind them.</summary>
internal sealed class OpenStreams(Stream client, Stream server, params IEnumerable<object> behind) : IAsyncDisposable
{
    private readonly object[] _behind = [.. behind];

    public Stream Client { get; } = client;

    public Stream Server { get; } = server;

    /// <summary>Each way: who writes, who reads.</summary>
    public (Stream Writer, Stream Reader)[] Ways => [(Client, Server), (Server, Client)];

    /// <summary>As the outer part of another form.</summary>
    public OpenStreams Beneath(Stream client, Stream server, params IEnumerable<object> behind) =>
        new(client, server, [.. behind, .. _behind]);

    public Task CloseAsync() => Hands.Within(Task.WhenAll(Client.DisposeAsync().AsTask(), Server.DisposeAsync().AsTask()));

    /// <summary>The client begins to close, and the server closes when it has done its part.</summary>
    public async Task WhileTheClientClosesAsync(Func<Task> atTheServer)
    {
        Task closing = Client.DisposeAsync().AsTask();
        await atTheServer();
        await Hands.Within(Server.DisposeAsync());
        await Hands.Within(closing);
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        foreach (object one in _behind)
        {
            switch (one)
            {
                case IAsyncDisposable async:
                    await Hands.Within(async.DisposeAsync().AsTask());
                    break;
                case IDisposable disposable:
                    disposable.Dispose();
                    break;
            }
        }
    }
}
