using Liveness.Testing;

namespace Liveness.Tests.ForeignCode;

public sealed class GuardedTimeProviderTests
{
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(30);

    public static TheoryData<ClockFault> Faults() => FaultyClockTests.Faults();

    [Fact]
    public void The_system_has_no_guard_a_clock_has_one_and_a_guard_is_its_own()
    {
        ManualTimeProvider clock = new();
        TimeProvider guard = GuardedTimeProvider.Of(clock);

        GuardedTimeProvider.Of(TimeProvider.System).Should().BeSameAs(TimeProvider.System);
        guard.Should().NotBeSameAs(clock);
        GuardedTimeProvider.Of(clock).Should().BeSameAs(guard);
        GuardedTimeProvider.Of(guard).Should().BeSameAs(guard);
        LivenessScheduler.For(clock).Should().BeSameAs(LivenessScheduler.For(guard));
    }

    [Fact]
    public void A_good_clock_is_what_its_guard_tells_and_its_timers_are_those_of_the_guard()
    {
        ManualTimeProvider clock = new();
        TimeProvider guard = GuardedTimeProvider.Of(clock);
        int fired = 0;
        using ITimer once = guard.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        using ITimer often = guard.CreateTimer(_ => fired += 10, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        often.Change(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2)).Should().BeTrue();
        clock.Advance(TimeSpan.FromSeconds(5));
        often.Dispose();
        clock.Advance(TimeSpan.FromSeconds(5));

        fired.Should().Be(21);
        guard.GetTimestamp().Should().Be(clock.GetTimestamp());
        guard.GetUtcNow().Should().Be(clock.GetUtcNow());
        guard.TimestampFrequency.Should().Be(clock.TimestampFrequency);
        often.Change(TimeSpan.Zero, TimeSpan.Zero).Should().BeFalse("it is disposed");
    }

    [Fact]
    public void A_timer_that_is_disposed_is_kept_by_nobody_even_where_somebody_sets_it_once_more()
    {
        TimeProvider guard = GuardedTimeProvider.Of(new ManualTimeProvider());
        WeakReference state = SetAfterDispose(guard);

        GC.Collect();

        state.IsAlive.Should().BeFalse();
        GC.KeepAlive(guard);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static WeakReference SetAfterDispose(TimeProvider guard)
        {
            object state = new();
            ITimer timer = guard.CreateTimer(static _ => { }, state, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
            timer.Dispose();
            timer.Change(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan).Should().BeFalse();
            return new WeakReference(state);
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_clock_that_fails_from_the_beginning_has_the_time_and_the_timers_of_the_system(ClockFault fault)
    {
        TimeProvider guard = GuardedTimeProvider.Of(new FaultyClock(fault) { Fails = true });
        using ManualResetEventSlim first = new();
        using ManualResetEventSlim second = new();

        long begun = guard.GetTimestamp();
        using ITimer timer = guard.CreateTimer(_ => first.Set(), null, TimeSpan.FromMilliseconds(20), Timeout.InfiniteTimeSpan);
        first.Wait(s_safety).Should().BeTrue();
        using ITimer later = guard.CreateTimer(_ => second.Set(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        later.Change(TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan).Should().BeTrue();
        second.Wait(s_safety).Should().BeTrue();

        guard.GetElapsedTime(begun).Should().BeGreaterThan(TimeSpan.FromMilliseconds(15)).And.BeLessThan(s_safety);
        guard.GetUtcNow().Should().BeCloseTo(DateTimeOffset.UtcNow, s_safety);
    }

    [Fact]
    public void A_clock_that_fails_later_goes_on_from_where_it_was_and_every_timer_that_is_set_fires_all_the_same()
    {
        StoppedClock clock = new() { Now = 5_000 };
        TimeProvider guard = GuardedTimeProvider.Of(clock);
        using ManualResetEventSlim fired = new();
        using ITimer set = guard.CreateTimer(_ => fired.Set(), null, TimeSpan.FromMilliseconds(20), Timeout.InfiniteTimeSpan);
        int unset = 0;
        using ITimer never = guard.CreateTimer(_ => unset++, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        guard.GetTimestamp().Should().Be(5_000);

        clock.Now = null;
        long failed = guard.GetTimestamp();
        fired.Wait(s_safety).Should().BeTrue("the system's timer has taken over");
        long later = guard.GetTimestamp();

        failed.Should().BeGreaterThanOrEqualTo(5_000);
        later.Should().BeGreaterThanOrEqualTo(5_015).And.BeLessThan(5_000 + (long)s_safety.TotalMilliseconds);
        clock.Now = 1;
        guard.GetTimestamp().Should().BeGreaterThanOrEqualTo(later, "it is replaced for good");
        unset.Should().Be(0);
    }

    [Fact]
    public async Task It_is_said_once_to_every_logger_and_to_one_that_comes_later()
    {
        FaultyClock clock = new(ClockFault.ThrowsInGetTimestamp);
        LivenessScheduler scheduler = LivenessScheduler.For(clock);
        (RecordingLogger early, RecordingLogger late) = (new RecordingLogger(), new RecordingLogger());
        scheduler.Guard(early);
        scheduler.Guard(early);

        clock.Fails = true;
        _ = scheduler.Now;
        _ = scheduler.Now;
        scheduler.Guard(late);
        scheduler.Guard(late);

        await early.FirstAsync("ClockFailed");
        await late.FirstAsync("ClockFailed");
        early.Entries.Should().ContainSingle().Which.Text.Should()
            .Be("The TimeProvider FaultyClock threw: the system's clock has taken its place for good");
        early.Entries.Single().Exception.Should().BeOfType<InvalidOperationException>();
        late.Entries.Should().ContainSingle();
    }

    /// <summary>Its timers never fire, and at null it throws.</summary>
    private sealed class StoppedClock : TimeProvider
    {
        public long? Now { get; set; }

        public override long TimestampFrequency => 1_000;

        public override long GetTimestamp() => Now ?? throw new ObjectDisposedException(nameof(StoppedClock));

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
