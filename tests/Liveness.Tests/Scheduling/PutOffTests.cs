namespace Liveness.Tests.Scheduling;

/// <summary>An entry that wants to be called later than it is filed for.</summary>
public sealed class PutOffTests
{
    private readonly SteppedClock _clock = new();
    private readonly LivenessScheduler _scheduler;
    private readonly Instant _start;

    public PutOffTests()
    {
        _scheduler = LivenessScheduler.For(_clock);
        _start = _clock.Now;
    }

    [Fact]
    public void It_is_called_at_the_later_time_only()
    {
        CallbackEntry entry = Filed(2);
        _scheduler.TryPutOff(entry, At(5)).Should().BeTrue();
        _scheduler.TryPutOff(entry, At(9)).Should().BeTrue();

        _clock.Advance(TimeSpan.FromSeconds(20));

        entry.Calls.Should().Equal(At(9));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    [InlineData(5, 5)]
    [InlineData(7, 5)]
    public void An_earlier_time_that_is_asked_for_afterwards_wins(int asked, int expected)
    {
        CallbackEntry entry = Filed(2);
        _scheduler.TryPutOff(entry, At(5)).Should().BeTrue();
        _scheduler.Schedule(entry, At(asked));

        _clock.Advance(TimeSpan.FromSeconds(20));

        entry.Calls.Should().Equal(At(expected));
    }

    [Fact]
    public void A_time_asked_for_after_it_was_filed_anew_wins_as_well()
    {
        CallbackEntry entry = Filed(2);
        _scheduler.TryPutOff(entry, At(9)).Should().BeTrue();
        _clock.Advance(TimeSpan.FromSeconds(3));
        _scheduler.Schedule(entry, At(4));

        _clock.Advance(TimeSpan.FromSeconds(20));

        entry.Calls.Should().Equal(At(4));
    }

    [Fact]
    public void It_may_be_put_off_for_ever_and_asked_for_again()
    {
        CallbackEntry entry = Filed(2);
        _scheduler.TryPutOff(entry, Instant.Never).Should().BeTrue();
        _clock.Advance(TimeSpan.FromSeconds(20));
        entry.Calls.Should().BeEmpty();
        _scheduler.Schedule(entry, At(30));

        _clock.Advance(TimeSpan.FromSeconds(20));

        entry.Calls.Should().Equal(At(30));
    }

    [Fact]
    public void Nothing_changes_where_it_is_filed_later_already_or_not_at_all()
    {
        CallbackEntry filed = Filed(5);
        _scheduler.TryPutOff(filed, At(2)).Should().BeFalse();
        _scheduler.TryPutOff(new CallbackEntry(), At(2)).Should().BeFalse();
        CallbackEntry quiet = new();
        _scheduler.Register(quiet, TimeSpan.FromMilliseconds(10));
        _scheduler.TryPutOff(quiet, At(2)).Should().BeFalse();

        _clock.Advance(TimeSpan.FromSeconds(20));

        filed.Calls.Should().Equal(At(5));
        quiet.Calls.Should().BeEmpty();
    }

    [Fact]
    public void While_it_runs_it_can_not_be_put_off_for_what_it_returns_holds()
    {
        CallbackEntry? entry = null;
        bool wasPutOff = true;
        entry = Filed(2, now =>
        {
            wasPutOff &= _scheduler.TryPutOff(entry!, At(9));
            return now < At(3) ? At(4) : Instant.Never;
        });

        _clock.Advance(TimeSpan.FromSeconds(20));

        wasPutOff.Should().BeFalse();
        entry.Calls.Should().Equal(At(2), At(4));
    }

    [Fact]
    public void One_that_waits_for_its_turn_in_the_same_pass_can_still_be_put_off_or_asked_for()
    {
        CallbackEntry? late = null;
        CallbackEntry? kept = null;
        CallbackEntry first = Filed(2, _ =>
        {
            _scheduler.TryPutOff(late!, At(6)).Should().BeTrue();
            _scheduler.TryPutOff(kept!, At(6)).Should().BeTrue();
            _scheduler.Schedule(kept!, At(2));
            return Instant.Never;
        });
        late = Filed(2);
        kept = Filed(2);

        _clock.Advance(TimeSpan.FromSeconds(20));

        first.Calls.Should().Equal(At(2));
        late.Calls.Should().Equal(At(6));
        kept.Calls.Should().Equal(At(2));
    }

    [Fact]
    public void Leaving_and_coming_back_forgets_that_it_was_put_off()
    {
        CallbackEntry entry = Filed(2);
        _scheduler.TryPutOff(entry, At(9)).Should().BeTrue();
        _scheduler.Unregister(entry);
        _scheduler.Register(entry, TimeSpan.FromMilliseconds(10));
        _scheduler.Schedule(entry, At(3));

        _clock.Advance(TimeSpan.FromSeconds(20));

        entry.Calls.Should().Equal(At(3));
    }

    /// <summary>Every time that is asked for is worked out under the lock of those who ask, as a stream does it.</summary>
    [Fact]
    public void Whatever_is_asked_for_in_whatever_order_it_is_called_at_the_last_wish_or_a_little_earlier_and_never_late()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            Random random = new(seed);
            Instant wish = At(1 + random.Next(10));
            CallbackEntry entry = new();
            _scheduler.Register(entry, TimeSpan.FromMilliseconds(10));
            _scheduler.Schedule(entry, wish);
            for (int i = 0; i < 20 && entry.Calls.Count == 0; i++)
            {
                wish = _clock.Now + TimeSpan.FromMilliseconds(1 + random.Next(3000));
                if (!_scheduler.TryPutOff(entry, wish))
                {
                    _scheduler.Schedule(entry, wish);
                }

                _clock.Advance(TimeSpan.FromMilliseconds(random.Next(1500)));
                if (entry.Calls.Count > 0)
                {
                    entry.Calls.Should().Equal(wish);
                }
                else
                {
                    _clock.Now.Should().BeLessThan(wish);
                }
            }

            _scheduler.Unregister(entry);
        }
    }

    [Fact]
    public async Task What_several_threads_want_in_turn_is_never_lost()
    {
        const int Rounds = 100;
        TimeSpan safety = TimeSpan.FromSeconds(10);
        ThreadScheduler scheduler = new(TimeProvider.System, TimeSpan.Zero);
        Lock gate = new();
        Instant wish = Instant.Never;
        CallbackEntry entry = new(now =>
        {
            lock (gate)
            {
                wish = now < wish ? wish : Instant.Never;
                return wish;
            }
        });
        scheduler.Register(entry, TimeSpan.FromMilliseconds(100));
        for (int round = 0; round < Rounds; round++)
        {
            await Task.WhenAll(Task.Run(() => Ask(new Random(round))), Task.Run(() => Ask(new Random(-round)))).WaitAsync(safety);
            SpinWait.SpinUntil(IsServed, safety).Should().BeTrue();
        }

        scheduler.Unregister(entry);

        void Ask(Random random)
        {
            for (int i = 0; i < 50; i++)
            {
                Instant due;
                bool isPutOff;
                lock (gate)
                {
                    due = wish = scheduler.Now + TimeSpan.FromMicroseconds(random.Next(3000));
                    isPutOff = scheduler.TryPutOff(entry, due);
                }

                if (!isPutOff)
                {
                    scheduler.Schedule(entry, due);
                }
            }
        }

        bool IsServed()
        {
            lock (gate)
            {
                return wish == Instant.Never;
            }
        }
    }

    private Instant At(int seconds) => _start + TimeSpan.FromSeconds(seconds);

    private CallbackEntry Filed(int seconds, Func<Instant, Instant>? onDue = null)
    {
        CallbackEntry entry = onDue is null ? new CallbackEntry() : new CallbackEntry(onDue);
        _scheduler.Register(entry, TimeSpan.FromMilliseconds(10));
        _scheduler.Schedule(entry, At(seconds));
        return entry;
    }
}
