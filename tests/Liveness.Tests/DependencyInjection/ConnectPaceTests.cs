namespace Liveness.Tests.DependencyInjection;

public sealed class ConnectPaceTests
{
    private static readonly Instant s_begun = new(TimeSpan.FromDays(1).Ticks);

    [Theory]
    [InlineData(0, 10)]
    [InlineData(10, 10)]
    [InlineData(100, 50)]
    [InlineData(1_000, 500)]
    public void It_looks_again_after_half_of_the_time_that_has_passed(int passed, int pause)
    {
        Instant now = s_begun + TimeSpan.FromMilliseconds(passed);

        (ConnectPace.NextLook(s_begun, now) - now).Should().Be(TimeSpan.FromMilliseconds(pause));
    }

    [Fact]
    public void It_looks_once_a_second_in_the_end_together_with_others()
    {
        Instant now = s_begun + TimeSpan.FromMilliseconds(60_013);

        (ConnectPace.NextLook(s_begun, now) - now).Should().Be(TimeSpan.FromMilliseconds(987));
    }

    [Fact]
    public void A_socket_that_is_never_connected_is_looked_at_less_than_20_times_in_its_first_second()
    {
        int looks = 0;
        for (Instant now = s_begun; now - s_begun < TimeSpan.FromSeconds(1); now = ConnectPace.NextLook(s_begun, now))
        {
            looks++;
        }

        looks.Should().BeLessThan(20);
    }
}
