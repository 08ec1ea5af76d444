namespace Liveness;

/// <summary>What runs on the work queue; it never fails.</summary>
internal sealed class QueuedAction(Action run) : IThreadPoolWorkItem
{
    public void Execute() => run();
}
