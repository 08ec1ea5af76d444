namespace Liveness;

/// <summary>
/// A task whose continuations run on the work queue: under no lock, and not in the middle of the code that found the outcome.
/// </summary>
internal sealed class QueuedCompletion(WorkQueue queue) : IThreadPoolWorkItem
{
    private readonly TaskCompletionSource _source = new(
        queue.IsThreadPool ? TaskCreationOptions.RunContinuationsAsynchronously : TaskCreationOptions.None);
    private bool _isSet;

    public Task Task => _source.Task;

    /// <summary>The caller sees to it that calls don't overlap; those after the first do nothing. On the thread pool the task is complete
    /// when this returns, so that whoever blocks a thread of it and looks need not wait for another.</summary>
    public void Set()
    {
        if (_isSet)
        {
            return;
        }

        _isSet = true;
        if (queue.IsThreadPool)
        {
            _source.SetResult();
        }
        else
        {
            queue.Post(this);
        }
    }

    void IThreadPoolWorkItem.Execute() => _source.SetResult();
}
