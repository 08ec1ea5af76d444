namespace Liveness.Tests.Scheduling;

public sealed class WakePlanTests
{
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(10);

    [Theory]
    [InlineData(500, 500, 110)]
    [InlineData(103, 500, 103)]
    [InlineData(500, 104, 104)]
    [InlineData(99, 500, 100)]
    public void The_thread_wakes_at_the_next_tick_or_at_the_exact_time_of_what_comes_before_it(long due, long probe, long expected) =>
        WakePlan.Next(At(100), s_tick, At(due), At(probe)).Should().Be(At(expected));

    [Fact]
    public void With_nothing_due_it_wakes_once_a_tick() =>
        WakePlan.Next(At(100), s_tick, Instant.Never, Instant.Never).Should().Be(At(110));

    [Theory]
    [InlineData(-5L, 0)]
    [InlineData(0L, 0)]
    [InlineData(1L, 1)]
    [InlineData(10_000L, 1)]
    [InlineData(10_001L, 2)]
    [InlineData(1_000_000L, 100)]
    [InlineData(long.MaxValue / 2, int.MaxValue)]
    public void A_wait_is_rounded_up_to_whole_milliseconds(long ticks, int expected) =>
        WakePlan.WaitMilliseconds(At(100), At(100) + TimeSpan.FromTicks(ticks)).Should().Be(expected);

    private static Instant At(long milliseconds) => new(milliseconds * TimeSpan.TicksPerMillisecond);
}
