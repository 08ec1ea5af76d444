namespace Liveness;

/// <summary>A task that is completed on the work queue: what continues there runs under no lock, and not in the middle of the code that found the outcome.</summary>
internal sealed class QueuedCompletion(WorkQueue queue) : IThreadPoolWorkItem
{
    private readonly TaskCompletionSource _source = new();
    private bool _isSet;

    public Task Task => _source.Task;

    /// <summary>The caller sees to it that calls don't overlap; those after the first do nothing.</summary>
    public void Set()
    {
        if (!_isSet)
        {
            _isSet = true;
            queue.Post(this);
        }
    }

    void IThreadPoolWorkItem.Execute() => _source.SetResult();
}
