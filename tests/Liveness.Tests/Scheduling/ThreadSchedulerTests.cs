namespace Liveness.Tests.Scheduling;

/// <summary>The real thread: that it runs, stops and loses nothing. What it decides is tested without it.</summary>
public sealed class ThreadSchedulerTests
{
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_fastTick = TimeSpan.FromMilliseconds(20);

    [Fact]
    public async Task An_entry_is_called_on_the_wheels_own_thread_and_never_before_its_time()
    {
        ThreadScheduler scheduler = new(TimeProvider.System, TimeSpan.Zero);
        TaskCompletionSource<(Instant Now, Thread Thread)> called = new(TaskCreationOptions.RunContinuationsAsynchronously);
        CallbackEntry entry = new(now =>
        {
            called.TrySetResult((now, Thread.CurrentThread));
            return Instant.Never;
        });
        scheduler.Register(entry, s_tick);
        Instant due = scheduler.Now + TimeSpan.FromMilliseconds(3);
        scheduler.Schedule(entry, due);

        (Instant now, Thread thread) = await called.Task.WaitAsync(s_safety);

        now.Should().BeGreaterThanOrEqualTo(due);
        thread.Name.Should().Be("Liveness wheel");
        thread.IsBackground.Should().BeTrue();
        thread.IsThreadPoolThread.Should().BeFalse();
        scheduler.Unregister(entry);
    }

    [Fact]
    public async Task The_thread_ends_after_the_last_entry_has_left_and_starts_again_with_the_next()
    {
        ThreadScheduler scheduler = new(TimeProvider.System, TimeSpan.Zero);
        Thread first = await ThreadThatCalls(scheduler);
        first.Join(s_safety).Should().BeTrue();

        Thread second = await ThreadThatCalls(scheduler);
        second.Should().NotBeSameAs(first);
        second.Join(s_safety).Should().BeTrue();
    }

    [Fact]
    public async Task The_thread_stays_asleep_for_a_while_after_the_last_entry_has_left_and_is_woken_by_the_next()
    {
        ThreadScheduler scheduler = new(TimeProvider.System, TimeSpan.FromHours(1));
        Thread first = await ThreadThatCalls(scheduler);

        // Asleep for the hour: even half an hour from now it would not be late.
        Instant later = scheduler.Now + TimeSpan.FromMinutes(30);
        SpinWait.SpinUntil(() => scheduler.Observe(later).Pauses.Overlap(scheduler.Now, later) == TimeSpan.Zero, s_safety).Should().BeTrue();
        Thread second = await ThreadThatCalls(scheduler);

        second.Should().BeSameAs(first);
    }

    [Fact]
    public async Task While_it_works_on_one_entry_for_long_others_see_a_pause_and_it_is_recorded_before_the_next_entry()
    {
        ThreadScheduler scheduler = new(TimeProvider.System, TimeSpan.Zero);
        using ManualResetEventSlim started = new();
        using ManualResetEventSlim release = new();
        TaskCompletionSource<TimeSpan> seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Instant begin = scheduler.Now;
        CallbackEntry slow = new(_ =>
        {
            started.Set();
            release.Wait(s_safety);
            return Instant.Never;
        });
        CallbackEntry next = new(now =>
        {
            seen.TrySetResult(scheduler.Pauses.Overlap(begin, now));
            return Instant.Never;
        });
        scheduler.Register(slow, s_fastTick);
        scheduler.Register(next, s_fastTick);
        Instant due = scheduler.Now;
        scheduler.Schedule(slow, due);
        scheduler.Schedule(next, due);
        started.Wait(s_safety).Should().BeTrue();

        // The instant may lie in the future: what is asked is how the scheduler would judge then.
        Instant later = scheduler.Now + TimeSpan.FromSeconds(5);
        scheduler.Observe(later).Pauses.Overlap(begin, later).Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(5));
        SpinWait.SpinUntil(() => scheduler.Now - due > 2 * s_fastTick, s_safety);
        release.Set();

        (await seen.Task.WaitAsync(s_safety)).Should().BeGreaterThan(s_fastTick);
        scheduler.Unregister(slow);
        scheduler.Unregister(next);
    }

    [Fact]
    public async Task What_several_threads_ask_for_while_the_entry_runs_is_never_lost_and_never_runs_twice_at_once()
    {
        const int Threads = 3;
        const int Rounds = 20_000;
        ThreadScheduler scheduler = new(TimeProvider.System, TimeSpan.Zero);
        TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int asked = 0;
        int inside = 0;
        bool overlapped = false;
        SilentEntry entry = new(_ =>
        {
            overlapped |= Interlocked.Increment(ref inside) != 1;
            if (Volatile.Read(ref asked) == Threads * Rounds)
            {
                all.TrySetResult();
            }

            Interlocked.Decrement(ref inside);
            return Instant.Never;
        });
        scheduler.Register(entry, s_tick);

        Task[] askers = [.. Enumerable.Range(0, Threads).Select(_ => Task.Factory.StartNew(
            () =>
            {
                for (int i = 0; i < Rounds; i++)
                {
                    Interlocked.Increment(ref asked);
                    scheduler.Schedule(entry, scheduler.Now);
                }
            },
            TaskCreationOptions.LongRunning))];

        await Task.WhenAll(askers).WaitAsync(s_safety);
        await all.Task.WaitAsync(s_safety);
        overlapped.Should().BeFalse();
        scheduler.Unregister(entry);
    }

    private static async Task<Thread> ThreadThatCalls(ThreadScheduler scheduler)
    {
        TaskCompletionSource<Thread> called = new(TaskCreationOptions.RunContinuationsAsynchronously);
        SilentEntry entry = new(_ =>
        {
            called.TrySetResult(Thread.CurrentThread);
            return Instant.Never;
        });
        scheduler.Register(entry, s_tick);
        scheduler.Schedule(entry, scheduler.Now);
        Thread thread = await called.Task.WaitAsync(s_safety);
        scheduler.Unregister(entry);
        return thread;
    }

    private sealed class SilentEntry(Func<Instant, Instant> onDue) : SchedulerEntry
    {
        public override Instant OnDue(Instant now) => onDue(now);
    }
}
