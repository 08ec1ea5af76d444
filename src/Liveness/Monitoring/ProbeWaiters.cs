namespace Liveness;

/// <summary>Who waits for the answer to a probe: all share one. A part of its owner, under the owner's lock.</summary>
internal struct ProbeWaiters
{
    private TaskCompletionSource<TimeSpan>? _waiting;

    public readonly bool IsEmpty => _waiting is null;

    /// <summary>One more waits, until the task that it gets is completed.</summary>
    public Task<TimeSpan> Join()
    {
        _waiting ??= new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
        return _waiting.Task;
    }

    /// <summary>Nobody waits any more: the caller completes them, outside the lock.</summary>
    /// <returns>Null = nobody waited.</returns>
    public TaskCompletionSource<TimeSpan>? Take()
    {
        TaskCompletionSource<TimeSpan>? waiting = _waiting;
        _waiting = null;
        return waiting;
    }

    /// <summary>Outside the lock. Whoever no longer waits misses nothing.</summary>
    /// <param name="waiting">As <see cref="Take"/> gave them.</param>
    /// <param name="end">Why there will be no answer.</param>
    public static void Fail(TaskCompletionSource<TimeSpan>? waiting, Exception end)
    {
        if (waiting is not null)
        {
            waiting.TrySetException(end);
            _ = waiting.Task.Exception;
        }
    }
}
