namespace Liveness.Tests.Scheduling;

public sealed class ProviderSchedulerTests
{
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(10);

    private readonly SteppedClock _clock = new();
    private readonly LivenessScheduler _scheduler;

    public ProviderSchedulerTests() => _scheduler = LivenessScheduler.For(_clock);

    [Fact]
    public void A_provider_has_one_scheduler_and_lends_it_its_clock_and_its_work_queue()
    {
        LivenessScheduler.For(_clock).Should().BeSameAs(_scheduler);
        LivenessScheduler.For(new SteppedClock()).Should().NotBeSameAs(_scheduler);
        LivenessScheduler.For(TimeProvider.System).Should().BeSameAs(LivenessScheduler.For(TimeProvider.System));
        LivenessScheduler.For(TimeProvider.System).WorkQueue.Should().BeSameAs(WorkQueue.ThreadPool);
        _scheduler.TimeProvider.Should().BeSameAs(GuardedTimeProvider.Of(_clock));
        LivenessScheduler.For(_scheduler.TimeProvider).Should().BeSameAs(_scheduler);
        _scheduler.Now.Should().Be(_clock.Now);
        _scheduler.WorkQueue.Should().BeSameAs(_clock.Work);
    }

    [Fact]
    public void An_entry_is_called_at_its_exact_time_and_again_when_it_says()
    {
        Instant start = _clock.Now;
        CallbackEntry entry = Registered(now => now < start + TimeSpan.FromSeconds(3) ? now + TimeSpan.FromSeconds(1) : Instant.Never);
        _scheduler.Schedule(entry, start + TimeSpan.FromTicks(12_345));

        _clock.Advance(TimeSpan.FromSeconds(10));

        entry.Calls.Select(call => (call - start).Ticks).Should().Equal(12_345, 10_012_345, 20_012_345, 30_012_345);
    }

    [Fact]
    public void An_earlier_time_that_is_filed_stays_and_a_later_one_moves()
    {
        Instant start = _clock.Now;
        CallbackEntry entry = Registered();
        _scheduler.Schedule(entry, start + TimeSpan.FromSeconds(5));
        _scheduler.Schedule(entry, start + TimeSpan.FromSeconds(2));
        _scheduler.Schedule(entry, start + TimeSpan.FromSeconds(9));

        _clock.Advance(TimeSpan.FromSeconds(20));

        entry.Calls.Should().Equal(start + TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void An_entry_that_is_due_at_once_is_called_on_the_work_queue_and_never_inside_Schedule()
    {
        CallbackEntry entry = Registered();
        _scheduler.Schedule(entry, _clock.Now - TimeSpan.FromSeconds(1));
        entry.Calls.Should().BeEmpty();

        _clock.Work.RunAll();

        entry.Calls.Should().Equal(_clock.Now);
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(7, 5)]
    public void What_is_asked_for_while_the_entry_runs_is_merged_with_what_it_returns(int asked, int expected)
    {
        Instant start = _clock.Now;
        bool first = true;
        CallbackEntry? entry = null;
        entry = Registered(now =>
        {
            if (!first)
            {
                return Instant.Never;
            }

            first = false;
            _scheduler.Schedule(entry!, start + TimeSpan.FromSeconds(asked));
            return start + TimeSpan.FromSeconds(5);
        });
        _scheduler.Schedule(entry, start);

        _clock.Advance(TimeSpan.FromSeconds(20));

        entry.Calls.Should().Equal(start, start + TimeSpan.FromSeconds(expected));
    }

    [Fact]
    public void An_entry_that_asks_for_itself_at_once_while_it_runs_is_called_again_without_the_clock_moving()
    {
        CallbackEntry? entry = null;
        entry = Registered(now =>
        {
            if (entry!.Calls.Count < 3)
            {
                _scheduler.Schedule(entry, now);
            }

            return Instant.Never;
        });
        _scheduler.Schedule(entry, _clock.Now);

        _clock.Work.RunAll();

        entry.Calls.Should().HaveCount(3);
    }

    [Fact]
    public void An_entry_that_returns_a_past_time_is_called_once_a_millisecond_and_not_for_ever()
    {
        CallbackEntry entry = Registered(now => now - TimeSpan.FromSeconds(1));
        _scheduler.Schedule(entry, _clock.Now);

        _clock.Advance(TimeSpan.FromMilliseconds(10));

        entry.Calls.Should().HaveCount(11);
    }

    [Fact]
    public void An_entry_that_is_not_registered_is_not_called()
    {
        CallbackEntry stranger = new();
        CallbackEntry left = Registered();
        _scheduler.Schedule(stranger, _clock.Now);
        _scheduler.Schedule(left, _clock.Now + TimeSpan.FromSeconds(1));
        _scheduler.Unregister(left);
        _scheduler.Unregister(left);
        _scheduler.Schedule(left, _clock.Now);

        _clock.Advance(TimeSpan.FromSeconds(5));

        stranger.Calls.Should().BeEmpty();
        left.Calls.Should().BeEmpty();
    }

    [Fact]
    public void An_entry_that_leaves_in_the_pass_in_which_it_is_due_is_not_called_any_more()
    {
        CallbackEntry second = Registered();
        CallbackEntry first = Registered(_ =>
        {
            _scheduler.Unregister(second);
            return Instant.Never;
        });
        _scheduler.Schedule(first, _clock.Now + TimeSpan.FromSeconds(1));
        _scheduler.Schedule(second, _clock.Now + TimeSpan.FromSeconds(1));

        _clock.Advance(TimeSpan.FromSeconds(5));

        first.Calls.Should().HaveCount(1);
        second.Calls.Should().BeEmpty();
    }

    [Fact]
    public void An_entry_that_leaves_while_it_runs_is_not_filed_again()
    {
        CallbackEntry? entry = null;
        entry = Registered(now =>
        {
            _scheduler.Schedule(entry!, now);
            _scheduler.Unregister(entry!);
            return now + TimeSpan.FromSeconds(1);
        });
        _scheduler.Schedule(entry, _clock.Now);

        _clock.Advance(TimeSpan.FromSeconds(5));

        entry.Calls.Should().HaveCount(1);
        entry.Due.Should().Be(Instant.Never);
    }

    [Fact]
    public void An_entry_that_throws_is_reported_and_called_again_after_a_second_and_harms_no_other()
    {
        Instant start = _clock.Now;
        InvalidOperationException failure = new("expected by the test");
        CallbackEntry bad = Registered(_ => throw failure);
        CallbackEntry good = Registered(now => now + TimeSpan.FromMilliseconds(700));
        _scheduler.Schedule(bad, start + TimeSpan.FromMilliseconds(500));
        _scheduler.Schedule(good, start + TimeSpan.FromMilliseconds(500));

        _clock.Advance(TimeSpan.FromSeconds(2));

        bad.Calls.Select(call => call - start).Should().Equal(TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(1_500));
        good.Calls.Should().HaveCount(3);
        _scheduler.LastEntryFailure.Should().BeSameAs(failure);
    }

    [Fact]
    public void A_timer_that_cuts_off_fractions_of_a_millisecond_is_armed_again_and_does_not_spin()
    {
        SteppedClock clock = new() { WholeMilliseconds = true };
        LivenessScheduler scheduler = LivenessScheduler.For(clock);
        CallbackEntry entry = new();
        scheduler.Register(entry, s_tick);
        Instant due = clock.Now + TimeSpan.FromTicks(25_001);
        scheduler.Schedule(entry, due);

        clock.Advance(TimeSpan.FromSeconds(1));

        entry.Calls.Should().ContainSingle().Which.Should().Be(clock.Now - TimeSpan.FromMilliseconds(997));
        clock.TimersSet.Should().Be(2);
    }

    [Fact]
    public void A_due_time_beyond_what_a_timer_takes_is_reached_in_steps()
    {
        CallbackEntry entry = Registered();
        Instant due = _clock.Now + TimeSpan.FromDays(60.5);
        _scheduler.Schedule(entry, due);

        _clock.Advance(TimeSpan.FromDays(70));

        entry.Calls.Should().Equal(due);
        _clock.LongestDelay.Should().Be(TimeSpan.FromDays(1));
    }

    [Fact]
    public void Nothing_is_armed_while_nothing_is_due()
    {
        CallbackEntry entry = Registered();
        _clock.Advance(TimeSpan.FromDays(1));
        _clock.TimersSet.Should().Be(0);

        _scheduler.Schedule(entry, _clock.Now + TimeSpan.FromSeconds(1));
        _clock.Advance(TimeSpan.FromDays(1));
        _clock.TimersSet.Should().Be(1);
    }

    [Fact]
    public void A_jump_of_such_a_clock_is_no_pause_and_its_pool_has_no_lag()
    {
        CallbackEntry entry = Registered(now => now + TimeSpan.FromSeconds(1));
        _scheduler.Schedule(entry, _clock.Now);
        _scheduler.ProbePoolLag();
        _clock.Advance(TimeSpan.FromHours(1));

        _scheduler.Observe(_clock.Now).Should().Be(LocalHealth.Perfect);
        _scheduler.Pauses.Should().BeSameAs(PauseLedger.Empty);
    }

    [Fact]
    public void An_entry_belongs_to_one_scheduler_at_a_time()
    {
        CallbackEntry entry = Registered();
        LivenessScheduler other = LivenessScheduler.For(new SteppedClock());

        other.Invoking(scheduler => scheduler.Register(entry, s_tick)).Should().Throw<InvalidOperationException>();
        _scheduler.Unregister(entry);
        other.Register(entry, s_tick);
    }

    private CallbackEntry Registered(Func<Instant, Instant>? onDue = null)
    {
        CallbackEntry entry = onDue is null ? new CallbackEntry() : new CallbackEntry(onDue);
        _scheduler.Register(entry, s_tick);
        return entry;
    }
}
