using Liveness.Testing;

namespace Liveness.Tests.Testing;

public class ManualTimeProviderTests
{
    private static readonly TimeSpan s_once = Timeout.InfiniteTimeSpan;

    private readonly ManualTimeProvider _clock = new();
    private readonly List<string> _fired = [];

    [Fact]
    public void It_starts_in_the_year_2000_at_timestamp_zero_in_UTC()
    {
        _clock.GetUtcNow().Should().Be(new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero));
        _clock.GetTimestamp().Should().Be(0);
        _clock.TimestampFrequency.Should().Be(10_000_000);
        _clock.LocalTimeZone.Should().Be(TimeZoneInfo.Utc);
        _clock.NextTimerDue.Should().BeNull();
    }

    [Fact]
    public void Advancing_moves_both_clocks_by_exactly_that_much()
    {
        long before = _clock.GetTimestamp();
        DateTimeOffset then = _clock.GetUtcNow();

        _clock.Advance(TimeSpan.FromTicks(123_456_789));

        _clock.GetElapsedTime(before).Ticks.Should().Be(123_456_789);
        (_clock.GetUtcNow() - then).Ticks.Should().Be(123_456_789);
    }

    [Fact]
    public void Timers_fire_in_due_order_and_see_their_own_due_time()
    {
        Timer("late", 30);
        Timer("early", 10);
        Timer("middle", 20);

        Advance(100);

        _fired.Should().Equal("early@10", "middle@20", "late@30");
        Milliseconds(_clock.GetTimestamp()).Should().Be(100);
    }

    [Fact]
    public void Timers_that_are_due_together_fire_in_the_order_in_which_they_were_set()
    {
        ITimer first = Timer("a", 10);
        Timer("b", 10);
        first.Change(Span(10), s_once);

        Advance(10);

        _fired.Should().Equal("b@10", "a@10");
    }

    [Fact]
    public void A_timer_does_not_fire_a_tick_too_early()
    {
        Timer("a", 10);

        _clock.Advance(Span(10) - TimeSpan.FromTicks(1));
        _fired.Should().BeEmpty();

        _clock.Advance(TimeSpan.FromTicks(1));
        _fired.Should().Equal("a@10");
    }

    [Fact]
    public void Timers_that_a_callback_creates_or_changes_are_honoured_in_the_same_advance()
    {
        ITimer late = Timer("late", 90);
        _clock.CreateTimer(
            _ =>
            {
                Timer("new", 5);
                late.Change(Span(1), s_once);
            },
            null,
            Span(10),
            s_once);

        Advance(50);

        _fired.Should().Equal("late@11", "new@15");
    }

    [Fact]
    public void A_period_repeats_from_the_due_time_until_the_timer_is_disposed()
    {
        ITimer timer = Timer("a", 5, 10);

        Advance(26);
        timer.Dispose();
        Advance(100);

        _fired.Should().Equal("a@5", "a@15", "a@25");
        timer.Change(Span(1), s_once).Should().BeFalse();
        _clock.NextTimerDue.Should().BeNull();
    }

    [Fact]
    public void A_period_of_zero_fires_once()
    {
        Timer("a", 5, 0);

        Advance(100);

        _fired.Should().Equal("a@5");
    }

    [Fact]
    public void A_due_time_of_zero_fires_with_the_next_advance_by_zero_and_not_before()
    {
        Timer("a", 0);
        _fired.Should().BeEmpty();

        Advance(0);

        _fired.Should().Equal("a@0");
    }

    [Fact]
    public void A_driver_can_step_from_due_time_to_due_time()
    {
        Timer("a", 10);
        Timer("b", 25);
        List<long> steps = [];

        while (_clock.NextTimerDue is { } due)
        {
            _clock.AdvanceTo(due);
            steps.Add(Milliseconds(_clock.GetTimestamp()));
        }

        steps.Should().Equal(10, 25);
        _fired.Should().Equal("a@10", "b@25");
    }

    [Fact]
    public void Advancing_to_the_past_moves_nothing()
    {
        Advance(10);

        _clock.AdvanceTo(_clock.GetUtcNow() - Span(5));

        Milliseconds(_clock.GetTimestamp()).Should().Be(10);
    }

    [Fact]
    public void Time_does_not_run_backwards_and_nobody_advances_inside_a_callback()
    {
        _clock.Invoking(c => c.Advance(Span(-1))).Should().Throw<ArgumentOutOfRangeException>();

        _clock.CreateTimer(_ => _clock.Advance(Span(1)), null, Span(1), s_once);
        _clock.Invoking(c => c.Advance(Span(1))).Should().Throw<InvalidOperationException>();
        _clock.Invoking(c => c.Advance(Span(1))).Should().NotThrow("what failed is over");
    }

    [Fact]
    public void What_the_system_refuses_as_a_due_time_is_refused_here()
    {
        TimeSpan tooLong = TimeSpan.FromMilliseconds(uint.MaxValue);

        _clock.Invoking(c => c.CreateTimer(_ => { }, null, tooLong, s_once)).Should().Throw<ArgumentOutOfRangeException>();
        _clock.Invoking(c => c.CreateTimer(_ => { }, null, Span(0), Span(-5))).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void A_callback_runs_in_the_context_in_which_its_timer_was_made()
    {
        AsyncLocal<string> ambient = new() { Value = "maker" };
        _clock.CreateTimer(_ => _fired.Add(ambient.Value), null, Span(1), s_once);
        ambient.Value = "advancer";

        Advance(1);

        _fired.Should().Equal("maker");
    }

    private static TimeSpan Span(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private static long Milliseconds(long timestamp) => timestamp / TimeSpan.TicksPerMillisecond;

    private void Advance(int milliseconds) => _clock.Advance(Span(milliseconds));

    private ITimer Timer(string name, int due, int? period = null)
        => _clock.CreateTimer(
            _ => _fired.Add($"{name}@{Milliseconds(_clock.GetTimestamp())}"),
            null,
            Span(due),
            period is { } milliseconds ? Span(milliseconds) : s_once);
}
