namespace Liveness.Tests.Scheduling;

public sealed class NetworkProbeTests
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(10);

    private NetworkProbe _probe = new();

    [Fact]
    public void It_is_due_within_half_an_interval_of_the_change_and_taken_once()
    {
        _probe.TryPlan(At(100), s_interval).Should().BeTrue();

        _probe.DueAt.Should().BeGreaterThanOrEqualTo(At(100)).And.BeLessThan(At(105));
        _probe.TryTake(_probe.DueAt - TimeSpan.FromTicks(1)).Should().BeFalse();
        _probe.TryTake(_probe.DueAt).Should().BeTrue();
        _probe.DueAt.Should().Be(Instant.Never);
        _probe.TryTake(At(1_000)).Should().BeFalse();
    }

    [Fact]
    public void One_that_comes_after_the_change_in_any_case_is_enough()
    {
        _probe.TryPlan(At(100), s_interval);
        Instant due = _probe.DueAt;

        _probe.TryPlan(due, s_interval).Should().BeFalse();

        _probe.DueAt.Should().Be(due);
    }

    [Fact]
    public void One_that_comes_before_the_change_is_planned_anew()
    {
        _probe.TryPlan(At(100), s_interval);

        _probe.TryPlan(At(105), s_interval).Should().BeTrue();

        _probe.DueAt.Should().BeGreaterThanOrEqualTo(At(105));
    }

    [Fact]
    public void Where_nothing_is_judged_nobody_is_asked()
    {
        _probe.TryPlan(At(100), TimeSpan.MaxValue).Should().BeFalse();

        _probe.TryTake(At(1_000)).Should().BeFalse();
    }

    private static Instant At(double seconds) => new((long)(seconds * TimeSpan.TicksPerSecond));
}
