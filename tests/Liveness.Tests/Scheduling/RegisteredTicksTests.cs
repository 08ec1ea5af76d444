namespace Liveness.Tests.Scheduling;

public sealed class RegisteredTicksTests
{
    private readonly RegisteredTicks _ticks = new();

    [Theory]
    [InlineData(0, 5)]
    [InlineData(4.9, 5)]
    [InlineData(6.25, 6)]
    [InlineData(62.5, 62)]
    [InlineData(3_600_000, 100)]
    [InlineData(-1, 100)]
    public void The_tick_is_the_wish_in_whole_milliseconds_between_5_and_100(double wish, double expected)
    {
        _ticks.Add(TimeSpan.FromMilliseconds(wish));

        _ticks.Smallest.Should().Be(TimeSpan.FromMilliseconds(expected));
    }

    [Fact]
    public void The_smallest_wish_of_those_still_registered_holds()
    {
        _ticks.Smallest.Should().Be(TimeSpan.FromMilliseconds(100));
        int slow = _ticks.Add(TimeSpan.FromMilliseconds(60));
        int fast = _ticks.Add(TimeSpan.FromMilliseconds(8));
        int asFast = _ticks.Add(TimeSpan.FromMilliseconds(8));

        _ticks.Remove(fast);
        _ticks.Smallest.Should().Be(TimeSpan.FromMilliseconds(8));
        _ticks.Remove(asFast);
        _ticks.Smallest.Should().Be(TimeSpan.FromMilliseconds(60));
        _ticks.Remove(slow);
        _ticks.Smallest.Should().Be(TimeSpan.FromMilliseconds(100));
        _ticks.Count.Should().Be(0);
    }
}
