using Liveness.Testing;

namespace Liveness.Tests.Scheduling;

/// <summary>The limit of a side channel's handshake and proof: 8 s, in which this process can do its part.</summary>
public sealed class TimeLimitTests : IDisposable
{
    private readonly ManualWorkQueue _queue = new();
    private readonly ManualTimeProvider _clock;
    private readonly LaggingScheduler _scheduler;
    private readonly TimeLimit _limit;

    public TimeLimitTests()
    {
        _clock = new ManualTimeProvider { WorkQueue = _queue };
        _scheduler = new LaggingScheduler(_clock);
        _limit = new TimeLimit(TimeSpan.FromSeconds(8), _scheduler);
    }

    public void Dispose() => _limit.Dispose();

    [Fact]
    public void A_pool_in_time_leaves_it_as_it_is()
    {
        Pass(7.9, poolRuns: true);
        _limit.IsUp.Should().BeFalse();

        Pass(0.2, poolRuns: true);
        _limit.IsUp.Should().BeTrue();
    }

    [Fact]
    public void While_the_pool_is_behind_it_stands_still()
    {
        Pass(5, poolRuns: true);
        Pass(20, poolRuns: false);
        _queue.RunAll();
        _limit.IsUp.Should().BeFalse("what the other end has sent was not read");

        Pass(1, poolRuns: true);
        _limit.IsUp.Should().BeFalse();
        Pass(3, poolRuns: true);
        _limit.IsUp.Should().BeTrue();
    }

    [Fact]
    public void A_pool_that_never_comes_back_does_not_make_it_infinite()
    {
        Pass(8 * (1 + Deadline.MostExcused) + 3, poolRuns: false);
        _queue.RunAll();

        _limit.IsUp.Should().BeTrue();
    }

    private void Pass(double seconds, bool poolRuns)
    {
        for (double passed = 0; passed < seconds - 0.001; passed += 0.05)
        {
            _clock.Advance(TimeSpan.FromSeconds(0.05));
            _scheduler.Pass();
            if (poolRuns)
            {
                _queue.RunAll();
            }
        }
    }
}
