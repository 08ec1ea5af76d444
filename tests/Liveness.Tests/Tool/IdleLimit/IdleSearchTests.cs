using Liveness.Tool.IdleLimit;
using Xunit.Abstractions;

namespace Liveness.Tests.Tool.IdleLimit;

public sealed class IdleSearchTests(ITestOutputHelper output)
{
    private static readonly TimeSpan s_quarter = TimeSpan.FromMinutes(15);

    /// <summary>The end of the range in seconds, and how many connections.</summary>
    public static TheoryData<int, int> Searches => new()
    {
        { 2, 16 },
        { 30, 2 },
        { 30, 16 },
        { 900, 2 },
        { 900, 4 },
        { 900, 5 },
        { 900, 8 },
        { 900, 16 },
        { 900, 64 },
        { 86_400, 16 },
    };

    [Theory]
    [MemberData(nameof(Searches))]
    public void Every_limit_is_found_within_a_tenth_and_in_the_time_that_was_said(int longest, int connections)
    {
        for (double limit = 1.2; limit < longest; limit *= 1.013)
        {
            SimulatedPath path = new(seed: 1) { Limit = TimeSpan.FromSeconds(limit) };

            SearchResult result = path.Play(TimeSpan.FromSeconds(longest), connections, out SearchBounds bounds);

            ShouldBeFound(result, limit);
            path.Elapsed.Should().BeLessThan(bounds.Total);
            path.MostAtOnce.Should().BeLessThanOrEqualTo(connections);
        }
    }

    [Fact]
    public void A_limit_takes_about_three_times_as_long_as_it_is()
    {
        double most = 0;
        for (double limit = 20; limit < s_quarter.TotalSeconds; limit *= 1.01)
        {
            SimulatedPath path = new(seed: 1) { Limit = TimeSpan.FromSeconds(limit) };
            path.Play(s_quarter, 16, out _);
            most = Math.Max(most, path.Elapsed.TotalSeconds / limit);
        }

        output.WriteLine($"{most:0.00}");
        most.Should().BeInRange(2, 3);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(901)]
    public void Where_nothing_is_forgotten_in_the_longest_time_one_round_says_so(int? limit)
    {
        SimulatedPath path = new(seed: 1) { Limit = limit is { } seconds ? TimeSpan.FromSeconds(seconds) : null };

        SearchResult result = path.Play(s_quarter, 16, out _);

        result.Should().BeEquivalentTo(new { Verdict = SearchVerdict.NoLimit, ExitCode = 0, How = (TrialOutcome?)null, Strays = 0 });
        result.AliveAfter.Should().BeCloseTo(s_quarter, TimeSpan.FromMilliseconds(20));
        path.Elapsed.Should().BeCloseTo(s_quarter, TimeSpan.FromMilliseconds(20));
    }

    [Theory]
    [InlineData(2, 3)]
    [InlineData(4, 2)]
    [InlineData(8, 1)]
    public void Fewer_connections_repeat_the_longest_time_before_there_is_no_limit_as_was_said(int connections, int rounds)
    {
        SimulatedPath path = new(seed: 1);

        path.Play(s_quarter, connections, out SearchBounds bounds).Verdict.Should().Be(SearchVerdict.NoLimit);

        bounds.WithoutLimit.Should().Be(s_quarter * rounds);
        path.Elapsed.Should().BeCloseTo(bounds.WithoutLimit, TimeSpan.FromMilliseconds(20 * rounds));
    }

    [Theory]
    [InlineData(false, nameof(TrialOutcome.Silent))]
    [InlineData(true, nameof(TrialOutcome.Reset))]
    public void How_the_box_answers_is_told(bool resets, string how)
    {
        SimulatedPath path = new(seed: 1) { Limit = TimeSpan.FromSeconds(60), Resets = resets };

        path.Play(s_quarter, 16, out _).Should().BeEquivalentTo(new { Verdict = SearchVerdict.Forgotten, How = Enum.Parse<TrialOutcome>(how), ExitCode = 1 });
    }

    [Theory]
    [InlineData(nameof(TrialOutcome.Closed))]
    [InlineData(nameof(TrialOutcome.Aborted))]
    [InlineData(nameof(TrialOutcome.ServerSpoke))]
    [InlineData(nameof(TrialOutcome.ServerProbed))]
    public void What_the_server_does_by_itself_is_no_limit_of_a_box(string act)
    {
        TrialOutcome outcome = Enum.Parse<TrialOutcome>(act);
        for (double seconds = 1.5; seconds < 890; seconds *= 1.04)
        {
            SimulatedPath path = new(seed: 1) { ServerActs = TimeSpan.FromSeconds(seconds), ServerAct = outcome };

            SearchResult result = path.Play(s_quarter, 16, out _);

            result.Should().BeEquivalentTo(new { Verdict = SearchVerdict.Ended, How = outcome, EndedAfter = path.ServerActs, ExitCode = 5 });
            result.AliveAfter.TotalSeconds.Should().BeInRange(seconds / 1.1, seconds);
            path.Elapsed.TotalSeconds.Should().BeLessThan(2 * seconds, "one more look just before it is enough");
        }
    }

    [Theory]
    [InlineData(58, 60)]
    [InlineData(40, 60)]
    [InlineData(3, 60)]
    public void A_box_that_forgets_before_the_server_closes_is_found(int limit, int closes)
    {
        SimulatedPath path = new(seed: 1) { Limit = TimeSpan.FromSeconds(limit), ServerActs = TimeSpan.FromSeconds(closes) };

        ShouldBeFound(path.Play(s_quarter, 16, out _), limit);
    }

    [Theory]
    [InlineData(0.01, 5, 0)]
    [InlineData(0.05, 10, 5)]
    public void What_is_lost_by_chance_hardly_ever_passes_for_a_limit(double loss, int mostUnsure, int mostWrong)
    {
        int unsure = 0;
        int wrong = 0;
        for (int seed = 0; seed < 1000; seed++)
        {
            double limit = 5 * Math.Pow(150, seed / 1000.0);
            SimulatedPath path = new(seed) { Limit = TimeSpan.FromSeconds(limit), Loss = loss };
            SearchResult result = path.Play(s_quarter, 16, out SearchBounds bounds);
            path.Elapsed.Should().BeLessThan(bounds.Total);
            unsure += result.Verdict == SearchVerdict.Unsure ? 1 : 0;
            bool isRight = result.AliveAfter.TotalSeconds < limit && result.ForgottenAfter?.TotalSeconds >= limit;
            wrong += result.Verdict != SearchVerdict.Unsure && !isRight ? 1 : 0;
        }

        output.WriteLine($"of 1,000 with a loss of {loss}: unsure {unsure}, wrong {wrong}");
        unsure.Should().BeLessThanOrEqualTo(mostUnsure);
        wrong.Should().BeLessThanOrEqualTo(mostWrong);
    }

    [Fact]
    public void Without_a_limit_loss_by_chance_is_called_that()
    {
        int right = 0;
        int strays = 0;
        for (int seed = 0; seed < 1000; seed++)
        {
            SearchResult result = new SimulatedPath(seed) { Loss = 0.02 }.Play(s_quarter, 16, out _);
            right += result.Verdict == SearchVerdict.NoLimit ? 1 : 0;
            strays += result.Strays;
        }

        output.WriteLine($"{right} right, {strays} strays");
        right.Should().BeGreaterThan(980);
        strays.Should().BePositive();
    }

    [Theory]
    [InlineData(2, 40)]
    [InlineData(4, 40)]
    [InlineData(8, 10)]
    [InlineData(16, 10)]
    public void With_two_paths_settings_hold_the_shorter_or_are_not_told(int connections, int mostWrong)
    {
        int unsure = 0;
        int wrong = 0;
        for (int seed = 0; seed < 1000; seed++)
        {
            SimulatedPath path = new(seed) { Limit = TimeSpan.FromSeconds(30), OtherLimit = TimeSpan.FromSeconds(200) };
            SearchResult result = path.Play(s_quarter, connections, out SearchBounds bounds);
            path.Elapsed.Should().BeLessThan(bounds.Total);
            HoldingSettings? holding = IdleLimitReportTests.Report(result).Holding;
            unsure += holding is null ? 1 : 0;
            wrong += holding?.IdleSeconds + holding?.IntervalSeconds >= path.Limit.Value.TotalSeconds ? 1 : 0;
        }

        output.WriteLine($"of 1,000 with {connections}: unsure {unsure}, wrong {wrong}");
        wrong.Should().BeLessThanOrEqualTo(mostWrong);
    }

    [Theory]
    [InlineData(2, 60)]
    [InlineData(4, 60)]
    [InlineData(16, 15)]
    public void A_path_without_a_limit_does_not_hide_one_with_a_limit(int connections, int mostWrong)
    {
        int wrong = 0;
        int found = 0;
        for (int seed = 0; seed < 1000; seed++)
        {
            SimulatedPath path = new(seed) { OtherLimit = TimeSpan.FromSeconds(300) };
            SearchResult result = path.Play(s_quarter, connections, out SearchBounds bounds);
            path.Elapsed.Should().BeLessThan(bounds.Total);
            HoldingSettings? holding = IdleLimitReportTests.Report(result).Holding;
            bool holds = !(holding?.IdleSeconds + holding?.IntervalSeconds >= path.OtherLimit.Value.TotalSeconds);
            wrong += result.Verdict == SearchVerdict.NoLimit || !holds ? 1 : 0;
            found += result.Verdict == SearchVerdict.Forgotten ? 1 : 0;
        }

        output.WriteLine($"of 1,000 with {connections}: wrong {wrong}, found {found}");
        wrong.Should().BeLessThanOrEqualTo(mostWrong);
    }

    [Fact]
    public void Servers_that_close_after_different_times_are_not_said_to_turn_away()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            SimulatedPath path = new(seed) { ServerActs = TimeSpan.FromSeconds(30), OtherServerActs = TimeSpan.FromSeconds(300) };

            SearchResult result = path.Play(s_quarter, 16, out _);

            result.Should().BeEquivalentTo(new { Verdict = SearchVerdict.Ended, EndedAfter = path.ServerActs, TurnedAway = 0, ExitCode = 5 });
        }
    }

    [Fact]
    public void A_loss_at_a_very_short_idle_time_does_not_make_keepalive_impossible()
    {
        SearchBounds bounds = new(TimeSpan.FromSeconds(30), 16, TimeSpan.FromSeconds(3));
        IdleSearch search = new(bounds, new Trial(TimeSpan.FromSeconds(1), TrialOutcome.Alive));
        bool isLost = false;
        while (search.Begin(TimeSpan.Zero) is { Count: > 0 } idles)
        {
            foreach (TimeSpan idle in idles)
            {
                search.Add(idle, new Trial(idle, isLost ? TrialOutcome.Alive : TrialOutcome.Silent));
                isLost = true;
            }
        }

        search.Result().Should().BeEquivalentTo(new { Verdict = SearchVerdict.NoLimit, Strays = 1, SafeIdle = TimeSpan.FromSeconds(1) });
        IdleLimitReportTests.Report(search.Result()).Holding!.IdleSeconds.Should().Be(1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(10)]
    public void A_server_that_takes_few_connections_is_asked_for_no_more_again(int takes)
    {
        SimulatedPath path = new(seed: 1) { Limit = TimeSpan.FromSeconds(60), ServerTakes = takes };

        SearchResult result = path.Play(s_quarter, 16, out SearchBounds bounds);

        result.TurnedAway.Should().BeInRange(16 - takes, 17 - takes);
        path.Elapsed.Should().BeLessThan(bounds.Total);
        ShouldBeFound(result, 60);
    }

    [Fact]
    public void A_server_that_takes_none_any_more_ends_the_search()
    {
        SearchResult result = new SimulatedPath(seed: 1) { ServerTakes = 0 }.Play(s_quarter, 16, out _);

        result.Should().BeEquivalentTo(new { Verdict = SearchVerdict.Unsure, ExitCode = 5 });
    }

    private static void ShouldBeFound(SearchResult result, double limit)
    {
        result.Verdict.Should().Be(SearchVerdict.Forgotten, $"with a limit of {limit} s: {result}");
        result.AliveAfter.TotalSeconds.Should().BeLessThan(limit);
        result.ForgottenAfter!.Value.TotalSeconds.Should().BeGreaterThanOrEqualTo(limit);
        (result.ForgottenAfter.Value / result.AliveAfter).Should().BeLessThanOrEqualTo(1.1);
    }
}
