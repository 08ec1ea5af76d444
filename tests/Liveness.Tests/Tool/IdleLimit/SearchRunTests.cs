using Liveness.Testing;
using Liveness.Tool.IdleLimit;

namespace Liveness.Tests.Tool.IdleLimit;

public sealed class SearchRunTests : IDisposable
{
    private static readonly Trial s_first = new(TimeSpan.FromSeconds(1), TrialOutcome.Alive);
    private static readonly SearchBounds s_bounds = new(TimeSpan.FromSeconds(30), 4, TimeSpan.FromSeconds(3));

    private readonly ManualTimeProvider _time = new();
    private readonly StringWriter _progress = new();

    public void Dispose() => _progress.Dispose();

    [Fact]
    public async Task Connections_of_a_round_are_idle_side_by_side_and_each_result_is_told()
    {
        PathInHand path = new();
        IdleSearch search = new(s_bounds, s_first);
        Task run = RunAsync(search, path, CancellationToken.None);

        path.Open.Should().HaveCount(4);
        foreach (TimeSpan idle in path.Open.ToArray())
        {
            path.End(new Trial(idle, TrialOutcome.Alive));
        }

        await path.OpensAsync(8);
        path.Open.Should().Equal(Enumerable.Repeat(s_bounds.Longest, 4), "one that lived may have been lucky");
        foreach (TimeSpan idle in path.Open.ToArray())
        {
            path.End(new Trial(idle, TrialOutcome.Alive));
        }

        await run;
        search.Result().Verdict.Should().Be(SearchVerdict.NoLimit);
        _progress.ToString().Should().Contain("round 1: 4 connections, idle for 2.3 s to 30.0 s").And.Contain("30.0 s idle: alive");
    }

    [Fact]
    public async Task What_is_idle_for_longer_than_a_forgotten_one_is_given_up_before_the_next_round()
    {
        PathInHand path = new();
        Task run = RunAsync(new IdleSearch(s_bounds, s_first), path, CancellationToken.None);
        TimeSpan[] first = [.. path.Open];

        path.End(new Trial(first[0], TrialOutcome.Silent));

        await path.OpensAsync(8);
        path.GivenUp.Should().BeEquivalentTo(first[1..]);
        path.Open.Should().HaveCount(4).And.OnlyContain(idle => idle <= first[0]);
        run.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task Whoever_stops_it_leaves_no_connection()
    {
        PathInHand path = new();
        using CancellationTokenSource stop = new();
        Task run = RunAsync(new IdleSearch(s_bounds, s_first), path, stop.Token);

        await stop.CancelAsync();

        await FluentActions.Awaiting(() => run).Should().ThrowAsync<OperationCanceledException>();
        path.Open.Should().BeEmpty();
        path.GivenUp.Should().HaveCount(4);
    }

    [Fact]
    public async Task A_search_that_has_taken_as_long_as_was_said_ends()
    {
        PathInHand path = new();
        IdleSearch search = new(s_bounds, s_first);
        Task run = RunAsync(search, path, CancellationToken.None);

        _time.Advance(s_bounds.Total);
        path.End(new Trial(path.Open.First(), TrialOutcome.Silent));

        await run;
        search.Result().Verdict.Should().Be(SearchVerdict.Unsure);
        path.Open.Should().BeEmpty();
    }

    private Task RunAsync(IdleSearch search, PathInHand path, CancellationToken stop) =>
        new SearchRun(search, path, _time, new SearchProgress(_progress)).PlayAsync(stop);
}
