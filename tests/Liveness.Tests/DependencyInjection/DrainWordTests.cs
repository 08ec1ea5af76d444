namespace Liveness.Tests.DependencyInjection;

/// <summary>What peers are told by a drain, each by itself.</summary>
public sealed class DrainWordTests
{
    [Fact]
    public void Times_are_spread_over_all_of_the_span_in_whole_milliseconds()
    {
        TimeSpan[] times = Times(new DrainOptions { ReconnectAfter = TimeSpan.FromSeconds(1), ReconnectSpread = TimeSpan.FromSeconds(9) });

        times.Should().OnlyContain(time => time >= TimeSpan.FromSeconds(1) && time <= TimeSpan.FromSeconds(10))
            .And.OnlyContain(time => time.Ticks % TimeSpan.TicksPerMillisecond == 0);
        times.Min().Should().BeLessThan(TimeSpan.FromSeconds(2));
        times.Max().Should().BeGreaterThan(TimeSpan.FromSeconds(9));
        times.Distinct().Should().HaveCountGreaterThan(100);
    }

    [Fact]
    public void Without_a_spread_all_are_told_the_same()
    {
        TimeSpan[] times = Times(new DrainOptions { ReconnectAfter = TimeSpan.FromDays(1), ReconnectSpread = TimeSpan.Zero });

        times.Distinct().Should().Equal(TimeSpan.FromDays(1));
    }

    [Fact]
    public void Without_a_time_there_is_nothing_to_spread()
    {
        NewDrain(new DrainOptions { ReconnectAfter = null }).NextWord().Should()
            .Be(new LastWord(GoodbyeCode.GoingAway, new DrainOptions().Text));
    }

    private static TimeSpan[] Times(DrainOptions options)
    {
        Drain drain = NewDrain(options);
        return [.. Enumerable.Range(0, 1_000).Select(_ => drain.NextWord().ReconnectAfter!.Value)];
    }

    /// <summary>Begins nothing.</summary>
    private static Drain NewDrain(DrainOptions options) => new(options, connections: null!, TimeProvider.System, logger: null!);
}
