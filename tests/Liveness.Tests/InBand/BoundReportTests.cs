using Liveness.Tests.Support;

namespace Liveness.Tests.InBand;

/// <summary>
/// That a bound is longer than what was asked for is said of what both ends have agreed on, once for each value that is asked for.
/// </summary>
public sealed class BoundReportTests
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void It_is_said_once_for_each_value_and_again_when_the_bound_has_doubled()
    {
        BoundReport report = new();

        IsDue(10, 10).Should().BeFalse("that is what was asked for");
        IsDue(10, 12).Should().BeTrue();
        IsDue(10, 12).Should().BeFalse();
        IsDue(10, 23).Should().BeFalse("a peer that slows down bit by bit does not fill the log");
        IsDue(10, 24).Should().BeTrue();
        IsDue(5, 6).Should().BeTrue();
        IsDue(10, 12).Should().BeTrue("that is a new change");

        bool IsDue(int detectWithin, int bound) => report.IsDue(TimeSpan.FromSeconds(detectWithin), TimeSpan.FromSeconds(bound));
    }

    [Fact]
    public void In_the_middle_of_a_change_nothing_is_said()
    {
        using StreamFixture fixture = StreamFixture.Opened(Ten(), Ten());

        foreach (double seconds in new[] { 5, 5, 4, 3 })
        {
            fixture.Client.ChangeDetectWithin(TimeSpan.FromSeconds(seconds));
            fixture.Server.ChangeDetectWithin(TimeSpan.FromSeconds(seconds));
        }

        fixture.Advance(s_minute);

        Warnings(fixture).Should().BeEmpty("both ends beat as often as they are asked to");
        fixture.Client.Monitor.GetSnapshot().Bound.Should().Be(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void A_change_that_the_peer_does_not_follow_is_said_with_its_own_value()
    {
        HeartbeatOptions slow = Ten();
        slow.MinTransmitInterval = TimeSpan.FromSeconds(2);
        using StreamFixture fixture = StreamFixture.Opened(Ten(), slow);

        fixture.Client.ChangeDetectWithin(TimeSpan.FromSeconds(5));
        fixture.Client.ChangeDetectWithin(TimeSpan.FromSeconds(5));
        fixture.Advance(s_minute);

        Warnings(fixture).Select(text => text[..text.IndexOf(':', text.IndexOf("DetectWithin = ", StringComparison.Ordinal) + 23)]).Should().Equal(
            "A loss is detected within 00:00:20 only, not within DetectWithin = 00:00:10",
            "A loss is detected within 00:00:10 only, not within DetectWithin = 00:00:05");
    }

    [Fact]
    public void What_is_wanted_already_is_not_asked_for_again()
    {
        SessionPair pair = SessionPair.Open();
        pair.Left.Session.ChangeRate(MachineRig.Rate(4)).Should().Be(SessionSignals.None, "that is its value from the start");

        pair.Left.Session.ChangeRate(MachineRig.Rate(8)).Should().NotBe(SessionSignals.None);
        pair.Left.Session.ChangeRate(MachineRig.Rate(8)).Should().Be(SessionSignals.None);
        pair.Run(1, 20_000);
        pair.Left.Session.ChangeRate(MachineRig.Rate(8)).Should().Be(SessionSignals.None);

        pair.Left.Session.Machine!.RatesSent.Should().Be(1);
    }

    private static HeartbeatOptions Ten() => new() { DetectWithin = TimeSpan.FromSeconds(10) };

    private static string[] Warnings(StreamFixture fixture) =>
        [.. fixture.Logger.Entries.Where(entry => entry.EventName == "BoundExceedsDetectWithin").Select(entry => entry.Text)];
}
