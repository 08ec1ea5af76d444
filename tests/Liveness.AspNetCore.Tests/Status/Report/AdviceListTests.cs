using Liveness.Advice;
using Liveness.Testing;

namespace Liveness.AspNetCore.Tests.Status.Report;

/// <summary>The JSON tells what is advised once for each name, and the page itself does without.</summary>
public sealed class AdviceListTests
{
    [Fact]
    public void A_name_is_advised_once_by_the_first_of_its_connections_that_has_an_advice()
    {
        ManualTimeProvider clock = new();
        StagedFactory factory = new(timeProvider: clock);
        factory.Add("devices");
        factory.Add("devices").Advice = Advice(0.9);
        factory.Add("devices").Advice = Advice(0.9);
        StagedConnection camera = factory.Add("cameras");
        (camera.Advice, camera.Bound) = (Advice(2), Timeout.InfiniteTimeSpan);
        factory.Add("silent");
        StatusReporter reporter = new(factory, new RoundTripHistory(), new LastHour(clock), new LivenessStatusOptions(), clock, "tests");

        IReadOnlyList<StatusAdvice> told = reporter.Report(new StatusQuery(), isPage: false).Advice;

        told.Select(one => (one.Name, one.BoundSeconds, one.DetectWithinSeconds, one.LeastBoundSeconds)).Should().Equal(
            ("cameras", null, 2.5, 2), ("devices", 10, 1.2, 0.9));
        told[1].Shorter.Select(one => (Math.Round(one.DetectWithinSeconds, 2), one.FalseAlarms)).Should().Equal((0.96, 0), (0.72, 1), (0.48, 1), (0.24, 1));
        told[1].AtMostOneInSeconds.Should().BeApproximately(TimeSpan.FromDays(10).TotalSeconds, 2000);
        reporter.Report(new StatusQuery(), isPage: true).Advice.Should().BeEmpty();
    }

    private static BoundAdvice Advice(double needed)
    {
        BoundTally tally = new();
        tally.Begin(new Instant(0));
        tally.Note(TimeSpan.FromSeconds(needed), new Instant(0));
        return tally.Advise(new Instant(TimeSpan.FromDays(30).Ticks))!;
    }
}
