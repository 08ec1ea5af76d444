namespace Liveness;

/// <summary>
/// A handler that returns a task, in the shape of one that does not: the dispatcher finds the task here, and waits for it before it calls
/// the next.
/// </summary>
/// <param name="handler">Code of others.</param>
internal sealed class AsyncHandler<TArgs>(Func<TArgs, Task> handler) : IAsyncHandler
{
    /// <summary>Written and taken by the one thread that calls the handlers of a monitor.</summary>
    private Task? _running;

    /// <inheritdoc/>
    public Task? TakeRunning()
    {
        Task? running = _running;
        _running = null;
        return running;
    }

    public void Invoke(object? sender, TArgs args) => _running = HandlerStay.Call(handler, args, sender!);
}
