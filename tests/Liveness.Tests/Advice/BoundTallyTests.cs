using Liveness.Advice;

namespace Liveness.Tests.Advice;

/// <summary>What connections have needed is counted by moments, for as long as anything was watched, and advised with a stated risk.</summary>
public sealed class BoundTallyTests
{
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);
    private static readonly Instant s_start = new(1_000_000);

    [Fact]
    public void The_advice_is_the_longest_need_with_a_fourth_to_spare_as_a_round_number()
    {
        BoundAdvice advice = After(30 * s_day, Seconds(0.9), Seconds(0.2));

        advice.LeastBound.Should().Be(Seconds(0.9));
        advice.DetectWithin.Should().Be(Seconds(1.2));
        advice.FalseAlarms(advice.DetectWithin).Should().Be(0);
        advice.AtMostOneIn(advice.DetectWithin).TotalDays.Should().BeApproximately(10.01, 0.01, "no event in a time means at most three in it");
        advice.ToString().Should().Be(
            "in 30 days a bound of 900 ms would have been enough: DetectWithin 1.2 s would have raised no false alarm (95 %: fewer than one in 10 days)");
    }

    [Fact]
    public void Where_nothing_was_late_the_shortest_bound_is_advised()
    {
        BoundAdvice advice = After(TimeSpan.FromHours(3), TimeSpan.Zero);

        advice.LeastBound.Should().Be(TimeSpan.Zero);
        advice.DetectWithin.Should().Be(HeartbeatDefaults.MinDetectWithin);
        advice.ToString().Should().StartWith("in 3 h a bound of less than 10 ms would have been enough: DetectWithin 100 ms ");
    }

    [Fact]
    public void An_advice_is_a_value_that_the_options_take()
    {
        BoundAdvice.Shortest.Should().Be(HeartbeatDefaults.MinDetectWithin);
        HeartbeatOptionsRules.CheckDetectWithin(After(s_day, TimeSpan.FromHours(22)).DetectWithin, new OptionsFailures()).Should().BeTrue();
        HeartbeatOptionsRules.CheckDetectWithin(After(s_day, 3 * s_day).DetectWithin, new OptionsFailures()).Should().BeTrue();
    }

    [Fact]
    public void There_is_no_advice_before_an_hour_and_none_where_nobody_was_heard()
    {
        BoundTally tally = new();
        tally.Begin(s_start);

        tally.Advise(s_start + s_day).Should().BeNull();
        tally.Note(TimeSpan.Zero, s_start);
        tally.Advise(s_start + BoundAdvice.LeastWatched - TimeSpan.FromSeconds(2)).Should().BeNull();
        tally.Advise(s_start + BoundAdvice.LeastWatched).Should().NotBeNull();
    }

    [Fact]
    public void What_several_connections_need_within_a_minute_is_one_moment()
    {
        BoundTally tally = new();
        tally.Begin(s_start);
        for (int connection = 0; connection < 100; connection++)
        {
            tally.Note(Seconds(1 + (connection / 100d)), s_start + Seconds(connection / 10d));
        }

        tally.Note(Seconds(1), s_start + TimeSpan.FromMinutes(10));
        BoundAdvice advice = tally.Advise(s_start + s_day)!;

        advice.FalseAlarms(Seconds(0.5)).Should().Be(2);
        advice.FalseAlarms(Seconds(1.5)).Should().Be(1);
        advice.FalseAlarms(Seconds(2)).Should().Be(0);
        advice.AtMostOneIn(Seconds(0.5)).TotalDays.Should().BeApproximately(1 / 6.3, 0.01, "two events are at most 6.30, at 95 %");
    }

    /// <summary>The property that the steps may cost: never fewer than there were, and none that is shorter by more than a step.</summary>
    [Fact]
    public void A_moment_is_counted_for_every_bound_that_it_exceeds()
    {
        BoundTally tally = new();
        tally.Begin(s_start);
        Random random = new(1);
        List<TimeSpan> needs = [];
        Instant now = s_start;
        for (int i = 0; i < 500; i++)
        {
            now += TimeSpan.FromMinutes(2);
            needs.Add(Seconds(0.01 * Math.Pow(10, random.NextDouble() * 5)));
            tally.Note(needs[^1], now);
        }

        BoundAdvice advice = tally.Advise(now)!;
        for (double bound = 0.01; bound < 2000; bound *= 1.07)
        {
            advice.FalseAlarms(Seconds(bound)).Should().BeInRange(
                needs.Count(need => need > Seconds(bound)), needs.Count(need => need > Seconds(bound / 1.091)));
        }
    }

    [Fact]
    public void Only_the_time_counts_in_which_something_was_watched_and_once_for_all()
    {
        BoundTally tally = new();
        tally.Note(TimeSpan.Zero, s_start);
        tally.Begin(s_start);
        tally.Begin(s_start + TimeSpan.FromHours(1));
        tally.End(s_start + TimeSpan.FromHours(2));
        tally.End(s_start + TimeSpan.FromHours(3));
        tally.Begin(s_start + TimeSpan.FromHours(10));

        tally.WatchedFor(s_start + TimeSpan.FromHours(11)).Should().Be(TimeSpan.FromHours(4));
    }

    /// <summary>A longer need later in the same minute is the same moment for what both exceed, and the first for the rest.</summary>
    [Fact]
    public void Each_bound_has_its_own_count_of_moments()
    {
        BoundTally tally = new();
        tally.Begin(s_start);
        tally.Note(Seconds(1), s_start + Seconds(2));
        tally.Note(Seconds(4), s_start + Seconds(50));
        tally.Note(Seconds(2), s_start + Seconds(61));

        BoundAdvice advice = tally.Advise(s_start + s_day)!;

        advice.FalseAlarms(Seconds(0.9)).Should().Be(2);
        advice.FalseAlarms(Seconds(1.9)).Should().Be(2);
        advice.FalseAlarms(Seconds(3)).Should().Be(1);
    }

    [Fact]
    public void What_happened_two_months_ago_is_forgotten_with_the_time_that_it_was_watched()
    {
        BoundTally tally = new();
        tally.Begin(s_start);
        tally.Note(Seconds(40), s_start);
        tally.NoteLoss(s_start);
        tally.Note(Seconds(1), s_start + (35 * s_day));
        tally.Advise(s_start + (36 * s_day))!.LeastBound.Should().Be(Seconds(40));
        tally.Note(Seconds(2), s_start + (70 * s_day));

        BoundAdvice advice = tally.Advise(s_start + (71 * s_day))!;

        (advice.LeastBound, advice.LossesBySilence).Should().Be((Seconds(2), 0));
        advice.WatchedFor.Should().Be(36 * s_day);
    }

    [Fact]
    public void Losses_by_silence_are_told_beside_the_advice()
    {
        BoundTally tally = new();
        tally.Begin(s_start);
        tally.Note(Seconds(1), s_start);
        tally.NoteLoss(s_start);
        tally.NoteLoss(s_start);

        BoundAdvice advice = tally.Advise(s_start + s_day)!;

        advice.LossesBySilence.Should().Be(2);
        advice.ToString().Should().EndWith("; 2 losses by silence are not counted");
    }

    [Fact]
    public void A_bound_that_makes_no_sense_is_refused_and_no_bound_has_no_false_alarms()
    {
        BoundAdvice advice = After(s_day, Seconds(1));
        Action asking = () => advice.FalseAlarms(TimeSpan.Zero);

        asking.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("detectWithin");
        advice.FalseAlarms(Timeout.InfiniteTimeSpan).Should().Be(0);
        advice.FalseAlarms(TimeSpan.FromTicks(1)).Should().Be(1);
    }

    [Fact]
    public void A_need_that_comes_from_many_threads_at_once_is_kept()
    {
        BoundTally tally = new();
        tally.Begin(s_start);

        Parallel.For(0, 10_000, i => tally.Note(TimeSpan.FromMilliseconds(10 + i), s_start));

        BoundAdvice advice = tally.Advise(s_start + s_day)!;
        advice.LeastBound.Should().Be(TimeSpan.FromMilliseconds(10_009));
        advice.FalseAlarms(TimeSpan.FromMilliseconds(9_000)).Should().Be(1);
    }

    private static BoundAdvice After(TimeSpan watched, params TimeSpan[] needs)
    {
        BoundTally tally = new();
        tally.Begin(s_start);
        foreach (TimeSpan need in needs)
        {
            tally.Note(need, s_start);
        }

        return tally.Advise(s_start + watched)!;
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
