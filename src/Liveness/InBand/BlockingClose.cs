namespace Liveness;

/// <summary>The dispose that blocks. Its callers may be what the thread pool lacks, so nothing of it waits for the pool: neither its limit,
/// nor what is ready to be sent, nor the next step of the close.</summary>
internal static class BlockingClose
{
    private static readonly TimeSpan s_firstSlice = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_longestSlice = TimeSpan.FromMilliseconds(50);

    /// <summary>For what is counted and logged in the background, where there is no handler to wait for.</summary>
    private static readonly TimeSpan s_withoutHandlers = TimeSpan.FromMilliseconds(250);

    public static void Run(InBandConnection connection)
    {
        StreamCloser closer = connection.Closer();
        ConnectionMonitor monitor = connection.Monitor;
        bool isInsideHandler = monitor.IsInsideHandler;
        bool hasHandlers = monitor.HasListeners;
        Instant until = connection.Clock.Now + connection.Plan.CloseTimeout;

        // Goes on by itself where this gives up.
        Task closing = closer.CloseAndDrainAsync(isInsideHandler);
        if (closing.IsCompleted)
        {
            return;
        }

        if (!connection.Transport.IsTrulyAsynchronous)
        {
            // The pump may stand in the queue of a pool that runs nothing.
            connection.Sender.PumpInLane();
        }

        if (WaitHere(connection, closer, closer.CloseOnce(), until))
        {
            // What continues from the close needs the pool: the handlers are asked for here.
            TimeSpan left = until - connection.Clock.Now;
            left = hasHandlers || left < s_withoutHandlers ? left : s_withoutHandlers;
            until = connection.Clock.Now + left;
            Task handled = monitor.DrainHandlersAsync(isInsideHandler, left, connection.Clock.TimeProvider).AsTask();
            if (WaitHere(connection, closer, handled, until) && !isInsideHandler)
            {
                until = Instant.Min(until, connection.Clock.Now + MonitorDefaults.LinePatience);
                WaitHere(connection, closer, monitor.FlushLinesAsync(), until);
            }
        }
    }

    /// <summary>Waits on this thread, by the stream's clock, and carries the close on meanwhile. A task is waited for, and no lock, because
    /// the pool replaces a thread of its own that waits for a task.</summary>
    /// <returns>Whether it has completed.</returns>
    private static bool WaitHere(InBandConnection connection, StreamCloser closer, Task task, Instant until)
    {
        Task completed = Task.WhenAny(task);
        TimeSpan slice = s_firstSlice;
        while (true)
        {
            // Whatever is due and stands in the pool's queue is done here; the pool then finds nothing left to do.
            if (connection.Transport.IsTrulyAsynchronous)
            {
                connection.Sender.Pump(CallingThread.Worker);
            }

            connection.Receiver.ReceiveHere(TimeSpan.Zero);
            closer.StepHereIfPosted();
            TimeSpan left = until - connection.Clock.Now;
            if (task.IsCompleted || left <= TimeSpan.Zero)
            {
                return task.IsCompleted;
            }

            completed.Wait(slice < left ? slice : left);
            slice = slice * 2 < s_longestSlice ? slice * 2 : s_longestSlice;
        }
    }
}
