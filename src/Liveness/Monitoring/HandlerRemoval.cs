namespace Liveness;

/// <summary>Takes a handler away when it is disposed, once.</summary>
internal sealed class HandlerRemoval(Action remove) : IDisposable
{
    private Action? _remove = remove;

    public void Dispose() => Interlocked.Exchange(ref _remove, null)?.Invoke();
}
