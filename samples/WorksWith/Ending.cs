namespace WorksWith;

/// <summary>Disposes a client that knows the synchronous way only.</summary>
internal sealed class Ending(IDisposable client) : IAsyncDisposable
{
    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }
}
