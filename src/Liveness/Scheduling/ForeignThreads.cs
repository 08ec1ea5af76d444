using System.Diagnostics;

namespace Liveness;

/// <summary>
/// Runs what calls code of others, in order: on a few threads of the pool, and where those do not get on, on threads of its own.
/// </summary>
/// <remarks>
/// <para>Code of others may block. On the pool each call that blocks takes a thread from everything else that needs the pool, beats over
/// TLS among it: so only a few run there at once, however many wait.</para>
/// <para>Who waits must not wait for ever, for calls may wait for each other: while the oldest has waited for a tenth of a second, threads
/// are added, a quarter of those there are, at most eight at a time.
/// So one call that blocks costs the next a tenth of a second, five hundred cost the last some seconds, and a burst of short ones no
/// thread. A pool that is starved by others counts as one that blocks.</para>
/// </remarks>
internal sealed class ForeignThreads
{
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private const int MostAddedAtOnce = 8;

    /// <summary>How long a thread of its own waits for more before it ends.</summary>
    private static readonly TimeSpan s_linger = TimeSpan.FromSeconds(5);

    private readonly object _gate = new();
    private readonly LivenessScheduler _scheduler;
    private readonly WorkQueue _pool;
    private readonly int _mostOnPool;

    /// <summary>Under the lock.</summary>
    private readonly Queue<(IThreadPoolWorkItem Item, Instant Since)> _waiting = new();

    private readonly Watch _watch;
    private readonly PoolWorker _poolWorker;

    /// <summary>Under the lock.</summary>
    private bool _isWatched;

    /// <summary>Under the lock.</summary>
    private int _onPool;

    /// <summary>Under the lock.</summary>
    private int _ownThreads;

    /// <summary>Under the lock.</summary>
    private int _idleThreads;

    /// <param name="scheduler">Wakes it while something waits: not the pool, which may be what is stuck.</param>
    /// <param name="pool">Where calls run as a rule.</param>
    /// <param name="mostOnPool">So many at once.</param>
    public ForeignThreads(LivenessScheduler scheduler, WorkQueue pool, int mostOnPool)
    {
        _scheduler = scheduler;
        _pool = pool;
        _mostOnPool = mostOnPool;
        _watch = new Watch(this);
        _poolWorker = new PoolWorker(this);
    }

    /// <summary>Half of the processors: the pool has at least one thread for each.</summary>
    public static int MostOnPool { get; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>Returns at once. Any thread, under any lock but that of a scheduler.</summary>
    public void Post(IThreadPoolWorkItem item)
    {
        lock (_gate)
        {
            _waiting.Enqueue((item, _scheduler.Now));
            if (!_isWatched)
            {
                _isWatched = true;
                _scheduler.Register(_watch, Patience);
                _scheduler.Schedule(_watch, _scheduler.Now + Patience);
            }

            if (_idleThreads > 0)
            {
                Monitor.Pulse(_gate);
                return;
            }

            if (_onPool >= _mostOnPool)
            {
                return;
            }

            _onPool++;
        }

        _pool.Post(_poolWorker);
    }

    /// <summary>On the scheduler's thread.</summary>
    private Instant Look(Instant now)
    {
        lock (_gate)
        {
            if (!_waiting.TryPeek(out (IThreadPoolWorkItem Item, Instant Since) oldest))
            {
                _isWatched = false;
                _scheduler.Unregister(_watch);
                return Instant.Never;
            }

            if (now < oldest.Since + Patience)
            {
                return oldest.Since + Patience;
            }

            int added = Math.Clamp((_ownThreads + _onPool) / 4, 1, MostAddedAtOnce);
            for (int i = 0; i < Math.Min(added, _waiting.Count - _idleThreads); i++)
            {
                StartThreadNeedsLock();
            }

            return now + Patience;
        }
    }

    private void StartThreadNeedsLock()
    {
        Debug.Assert(Monitor.IsEntered(_gate));
        Thread thread = new(RunOwnThread) { IsBackground = true, Name = "Liveness handlers" };
        try
        {
            thread.UnsafeStart();
            _ownThreads++;
        }
        catch (Exception failure) when (failure is OutOfMemoryException or ThreadStartException)
        {
            // No thread is to be had: it is tried again at the next look.
            return;
        }
    }

    private void RunOwnThread()
    {
        while (WaitForItem() is { } item)
        {
            Run(item);
        }
    }

    /// <returns>Null = the thread is no longer needed.</returns>
    private IThreadPoolWorkItem? WaitForItem()
    {
        lock (_gate)
        {
            if (_waiting.Count == 0)
            {
                _idleThreads++;
                Monitor.Wait(_gate, s_linger);
                _idleThreads--;
            }

            if (_waiting.TryDequeue(out (IThreadPoolWorkItem Item, Instant Since) next))
            {
                return next.Item;
            }

            _ownThreads--;
            return null;
        }
    }

    private void RunOnPool()
    {
        while (TakeOnPool() is { } item)
        {
            Run(item);
        }
    }

    private IThreadPoolWorkItem? TakeOnPool()
    {
        lock (_gate)
        {
            if (_waiting.TryDequeue(out (IThreadPoolWorkItem Item, Instant Since) next))
            {
                return next.Item;
            }

            _onPool--;
            return null;
        }
    }

    /// <summary>
    /// Items have nets of their own; this is the last, for on any thread an exception that nobody catches ends the process.
    /// </summary>
    private static void Run(IThreadPoolWorkItem item)
    {
        try
        {
            item.Execute();
        }
        catch (Exception failure)
        {
            ForeignFailure.Trace("a call of code of others failed", failure);
        }
    }

    private sealed class PoolWorker(ForeignThreads threads) : IThreadPoolWorkItem
    {
        public void Execute() => threads.RunOnPool();
    }

    private sealed class Watch(ForeignThreads threads) : SchedulerEntry
    {
        public override Instant OnDue(Instant now) => threads.Look(now);
    }
}
