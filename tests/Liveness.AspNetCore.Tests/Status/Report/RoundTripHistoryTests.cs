namespace Liveness.AspNetCore.Tests.Status.Report;

/// <summary>The history is bounded in both directions.</summary>
public sealed class RoundTripHistoryTests
{
    private readonly RoundTripHistory _history = new();

    [Fact]
    public void It_keeps_the_last_sixty_oldest_first()
    {
        for (int i = 1; i <= 100; i++)
        {
            _history.Note([(7, TimeSpan.FromSeconds(i))]);
        }

        _history.Of(7).Should().Equal(Enumerable.Range(41, 60).Select(value => (double)value));
    }

    [Fact]
    public void What_is_noted_no_longer_is_forgotten()
    {
        _history.Note([(1, TimeSpan.FromSeconds(1)), (2, TimeSpan.FromSeconds(2))]);
        _history.Note([(2, TimeSpan.FromSeconds(3))]);

        _history.Of(1).Should().BeEmpty();
        _history.Of(2).Should().Equal(2, 3);
    }

    [Fact]
    public void What_is_not_measured_yet_leaves_no_sample_and_takes_none_away()
    {
        _history.Note([(1, TimeSpan.FromSeconds(1))]);
        _history.Note([(1, null)]);

        _history.Of(1).Should().Equal(1);
    }
}
