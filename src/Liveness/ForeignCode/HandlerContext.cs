namespace Liveness;

/// <summary>Where a handler goes on that awaits: on the thread pool, as it would without this, but with a net. What an <c>async void</c>
/// handler throws after its first await is thrown where its context says, and without one it ends the process.</summary>
/// <param name="logger">Told what it throws.</param>
/// <param name="name">Of the handler, as its owner knows it.</param>
internal sealed class HandlerContext(GuardedLogger logger, string name) : SynchronizationContext
{
    /// <summary>For what runs on this thread until the stay is disposed.</summary>
    public Stay Enter()
    {
        Stay stay = new(Current);
        SetSynchronizationContext(this);
        return stay;
    }

    public override void Post(SendOrPostCallback d, object? state) =>
        ThreadPool.UnsafeQueueUserWorkItem(new ForeignCall(() => ForeignCode.Call(() => d(state), logger, name)), preferLocal: false);

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Puts back what was there before.</summary>
    internal readonly ref struct Stay(SynchronizationContext? outer)
    {
        public void Dispose() => SetSynchronizationContext(outer);
    }
}
