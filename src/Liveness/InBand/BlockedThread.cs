namespace Liveness;

/// <summary>A thread of the application that blocks in a read, write or flush, for a limited time. It may be what the thread pool lacks, so
/// while it waits it does what the pool owes this connection: it takes in what has arrived, and sends what may be sent.</summary>
/// <param name="connection">On which it blocks.</param>
/// <param name="until">By the connection's clock.</param>
/// <param name="task">Whose end is all that it waits for; null = also for the transport.</param>
internal readonly struct BlockedThread(InBandConnection connection, Instant until, Task? task = null)
{
    /// <summary>The pool needs less, where it has a thread.</summary>
    private static readonly TimeSpan s_firstSlice = TimeSpan.FromMilliseconds(1);

    /// <summary>An end of the connection is seen so late at most, and what arrives on a pool that has only just begun to starve.</summary>
    private static readonly TimeSpan s_longestSlice = TimeSpan.FromMilliseconds(100);

    /// <summary>The call that this thread is in.</summary>
    [ThreadStatic]
    private static BlockedThread s_current;

    private readonly InBandConnection? _connection = connection;

    /// <param name="connection">On which it blocks.</param>
    /// <param name="timeout">In milliseconds, from now on; <see cref="Timeout.Infinite"/> = for as long as it takes.</param>
    public static BlockedThread For(InBandConnection connection, int timeout) => new(
        connection, timeout == Timeout.Infinite ? Instant.Never : connection.Clock.Now + TimeSpan.FromMilliseconds(timeout));

    /// <summary>As the owner of the sending, which the transport has made wait: whether this thread blocks on that connection anyway, and
    /// the transport takes more.</summary>
    public static bool CurrentWaitsForRoom(InBandConnection connection) =>
        ReferenceEquals(s_current._connection, connection) && s_current.WaitForRoom();

    /// <summary>From here on whatever the thread sends on this connection it sends by itself, until that is disposed.</summary>
    public Stay Enter()
    {
        Stay stay = new(s_current);
        s_current = this;
        return stay;
    }

    /// <param name="signal">Which nobody else waits by.</param>
    /// <param name="wait">What <see cref="AsyncSignal.Wait"/> has returned.</param>
    /// <returns>False = its time is over, and it waits no more.</returns>
    public bool Wait(AsyncSignal signal, ValueTask wait)
    {
        Task waiting = wait.AsTask();
        bool isSet = Wait(waiting);
        if (!isSet)
        {
            // Whoever waits by it next must not meet this wait's end.
            signal.Set();
            waiting.Wait();
        }

        return isSet;
    }

    /// <returns>Whether the task has completed, however; false = its time is over.</returns>
    public bool Wait(Task task)
    {
        using Stay stay = new BlockedThread(_connection!, until, task).Enter();

        // A task is waited for, and no lock, because the pool replaces a thread of its own that waits for a task.
        Task[] tasks = [task];
        TimeSpan slice = s_firstSlice;
        while (!task.IsCompleted)
        {
            TimeSpan left = until - _connection!.Clock.Now;
            if (left <= TimeSpan.Zero)
            {
                return false;
            }

            TimeSpan most = slice < left ? slice : left;
            bool? received = _connection.Receiver.IsFedByThreads ? _connection.Receiver.ReceiveHere(most) : null;
            if (!(received ?? Task.WaitAny(tasks, most) == 0))
            {
                slice = Longer(slice);
                DoWhatThePoolOwes();
            }
        }

        return true;
    }

    /// <returns>False = its time, the connection or what it waits for is over, or this transport can't be waited for so.</returns>
    private bool WaitForRoom()
    {
        TimeSpan slice = s_firstSlice;
        while (_connection!.Transport.CanBlock && task is not { IsCompleted: true })
        {
            TimeSpan left = until - _connection.Clock.Now;

            // Without the lock: an end that is seen too late costs one slice more.
            if (left <= TimeSpan.Zero || _connection.Session.HasEnded)
            {
                return false;
            }

            if (_connection.Transport.WaitForRoom(slice < left ? slice : left))
            {
                return true;
            }

            slice = Longer(slice);
            _connection.Receiver.ReceiveHere(TimeSpan.Zero);
        }

        return false;
    }

    private void DoWhatThePoolOwes()
    {
        if (_connection!.Transport.CanBlock)
        {
            _connection.Sender.Pump(CallingThread.Worker);
            _connection.Receiver.ReceiveHere(TimeSpan.Zero);
        }
    }

    private static TimeSpan Longer(TimeSpan slice) => slice * 2 < s_longestSlice ? slice * 2 : s_longestSlice;

    /// <summary>Ends the call when it is disposed, on the thread that has entered it.</summary>
    /// <param name="outer">That it was in before.</param>
    public readonly struct Stay(BlockedThread outer) : IDisposable
    {
        public void Dispose() => s_current = outer;
    }
}
