using Liveness.Testing;

namespace Liveness.AspNetCore.Tests.Status.Report;

/// <summary>Sixty minutes, and no more memory than that.</summary>
public sealed class LastHourTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly LastHour _hour;

    public LastHourTests()
    {
        _hour = new LastHour(_clock);
    }

    [Fact]
    public void Before_the_application_began_nothing_is_known()
    {
        StatusMinute[] minutes = _hour.Report();

        minutes.Should().HaveCount(60);
        minutes[..59].Should().OnlyContain(minute => minute.Losses == null && minute.RoundTripP50Seconds == null);
        minutes[59].Should().Be(new StatusMinute(0, 0, null, null, null));
    }

    [Fact]
    public void Losses_count_in_the_minute_in_which_they_are_first_heard_of()
    {
        _hour.NoteLosses(3);
        _clock.Advance(TimeSpan.FromSeconds(59));
        _hour.NoteLosses(5);
        _clock.Advance(TimeSpan.FromSeconds(121));
        _hour.NoteLosses(5005);
        _hour.NoteLosses(5005);

        StatusMinute[] minutes = _hour.Report();

        minutes[^4..].Select(minute => minute.Losses).Should().Equal(5, 0, 0, 5000);
        minutes[^2..].Select(minute => minute.StartedSecondsAgo).Should().Equal(60, 0);
    }

    [Fact]
    public void What_is_older_than_an_hour_is_forgotten_also_where_nobody_looked_meanwhile()
    {
        _hour.NoteLosses(7);
        _hour.NoteRoundTrips([0.001]);
        _clock.Advance(TimeSpan.FromMinutes(59));
        _hour.Report()[0].Losses.Should().Be(7);

        _clock.Advance(TimeSpan.FromMinutes(1));
        _hour.Report().Should().OnlyContain(minute => minute.Losses == 0 && minute.RoundTripP50Seconds == null);
        _hour.NoteLosses(9);
        _clock.Advance(TimeSpan.FromDays(3));
        _hour.Report().Should().OnlyContain(minute => minute.Losses == 0);
    }

    [Fact]
    public void A_count_that_was_read_earlier_and_noted_later_counts_nothing_twice()
    {
        _hour.NoteLosses(5000);
        _hour.NoteLosses(1000);
        _hour.NoteLosses(5000);
        _hour.NoteLosses(5001);

        _hour.Report()[^1].Losses.Should().Be(5001);
    }

    [Fact]
    public void Round_trips_of_a_minute_are_three_percentiles()
    {
        _hour.NoteRoundTrips(Enumerable.Range(1, 100).Select(i => i / 1000.0));
        _clock.Advance(TimeSpan.FromMinutes(1));
        _hour.NoteRoundTrips([0.5]);

        StatusMinute[] minutes = _hour.Report();

        minutes[^2].RoundTripP50Seconds.Should().BeApproximately(0.050, 0.0025);
        minutes[^2].RoundTripP95Seconds.Should().BeApproximately(0.095, 0.005);
        minutes[^2].RoundTripP99Seconds.Should().BeApproximately(0.099, 0.005);
        minutes[^1].RoundTripP50Seconds.Should().BeApproximately(0.5, 0.025);
    }
}
