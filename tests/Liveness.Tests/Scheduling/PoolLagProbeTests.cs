namespace Liveness.Tests.Scheduling;

public sealed class PoolLagProbeTests
{
    private readonly SteppedClock _clock = new();
    private readonly ManualWorkQueue _pool = new();
    private readonly PoolLagProbe _probe;

    public PoolLagProbeTests() => _probe = new PoolLagProbe(_pool, _clock);

    [Fact]
    public void Before_the_first_probe_there_is_no_lag() =>
        _probe.Lag(_clock.Now).Should().Be(TimeSpan.Zero);

    [Fact]
    public void An_unanswered_probe_counts_with_its_present_age()
    {
        _probe.Queue();
        _clock.Advance(TimeSpan.FromSeconds(3));

        _probe.Lag(_clock.Now).Should().Be(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void After_the_answer_the_measured_lag_stands_until_the_next_answer()
    {
        _probe.Queue();
        _clock.Advance(TimeSpan.FromSeconds(3));
        _pool.RunAll();
        _clock.Advance(TimeSpan.FromSeconds(1));
        _probe.Lag(_clock.Now).Should().Be(TimeSpan.FromSeconds(3));

        _probe.Queue();
        _probe.Lag(_clock.Now).Should().Be(TimeSpan.FromSeconds(3), "a young probe does not show that the pool has caught up");
        _pool.RunAll();
        _probe.Lag(_clock.Now).Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public void Only_one_probe_is_open_at_a_time()
    {
        _probe.Queue();
        _probe.Queue();
        _pool.Count.Should().Be(1);

        _pool.RunAll();
        _probe.Queue();
        _pool.Count.Should().Be(1);
    }

    [Fact]
    public void A_clock_reading_from_before_the_probe_gives_no_negative_lag()
    {
        Instant before = _clock.Now;
        _clock.Advance(TimeSpan.FromSeconds(1));
        _probe.Queue();

        _probe.Lag(before).Should().Be(TimeSpan.Zero);
    }
}
