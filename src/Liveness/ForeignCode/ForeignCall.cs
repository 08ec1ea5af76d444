namespace Liveness;

/// <summary>Work that calls code of others, for <see cref="WorkQueue.PostForeign"/>.</summary>
internal sealed class ForeignCall(Action run) : IThreadPoolWorkItem
{
    public void Execute() => run();
}
