namespace Liveness;

/// <content>The dispose that blocks. Its callers may be what the thread pool lacks, so nothing of it waits for the pool: neither its limit,
/// nor what
/// is ready to be sent, nor the next step of the close.</content>
public sealed partial class HeartbeatStream
{
    private static readonly TimeSpan s_firstSlice = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_longestSlice = TimeSpan.FromMilliseconds(50);

    /// <summary>As <see cref="DisposeAsync"/>, but blocks for at most <see cref="HeartbeatOptions.CloseTimeout"/>, handlers and all,
    /// whatever the thread pool
    /// does; what is left is done in the background.</summary>
    /// <param name="disposing">True where called by code, not by a finalizer.</param>
    protected override void Dispose(bool disposing)
    {
        // Once closed there is nothing to wait for: DisposeAsync comes by here, too, on whatever thread it ended.
        if (disposing && Volatile.Read(ref _closed) is not { Task.IsCompleted: true })
        {
            CloseBlocking();
        }

        base.Dispose(disposing);
    }

    private void CloseBlocking()
    {
        bool isInsideHandler = Monitor.IsInsideHandler;
        Instant until = _scheduler.Now + _plan.CloseTimeout;

        // Goes on by itself where this gives up.
        Task closing = CloseAndDrainAsync(isInsideHandler);
        if (closing.IsCompleted)
        {
            return;
        }

        if (!_transport.IsTrulyAsynchronous)
        {
            // The pump may stand in the queue of a pool that runs nothing.
            _workQueue.PostForeign(ForeignLane.Calls, new WorkItem(PumpOnQueue));
        }

        if (WaitHere(CloseOnce(), until))
        {
            // What continues from the close needs the pool: the handlers are asked for here.
            WaitHere(Monitor.DrainAsync(isInsideHandler, until - _scheduler.Now, _timeProvider).AsTask(), until);
        }
    }

    /// <summary>Waits on this thread, by the stream's clock, and carries the close on meanwhile. A task is waited for, and no lock, because
    /// the pool
    /// replaces a thread of its own that waits for a task.</summary>
    /// <returns>Whether it has completed.</returns>
    private bool WaitHere(Task task, Instant until)
    {
        Task completed = Task.WhenAny(task);
        TimeSpan slice = s_firstSlice;
        while (true)
        {
            CarryOn();
            TimeSpan left = until - _scheduler.Now;
            if (task.IsCompleted || left <= TimeSpan.Zero)
            {
                return task.IsCompleted;
            }

            completed.Wait(slice < left ? slice : left);
            slice = slice * 2 < s_longestSlice ? slice * 2 : s_longestSlice;
        }
    }

    /// <summary>Whatever is due and stands in the pool's queue is done here; the pool then finds nothing left to do.</summary>
    private void CarryOn()
    {
        if (_transport.IsTrulyAsynchronous)
        {
            Pump(onSchedulerThread: false);
        }

        Volatile.Read(ref _closeStep)?.RunIfPosted();
    }
}
