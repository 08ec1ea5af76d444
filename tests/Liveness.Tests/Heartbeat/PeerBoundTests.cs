namespace Liveness.Tests.Heartbeat;

/// <summary>What HELLO and RATE let this end know of the silence that the peer allows.</summary>
public sealed class PeerBoundTests
{
    [Fact]
    public void The_bound_of_every_T_lies_within_what_its_HELLO_tells()
    {
        for (double seconds = 0.1; seconds < 40; seconds += 0.013)
        {
            HeartbeatRate peer = HeartbeatRate.Derive(TimeSpan.FromSeconds(seconds), HeartbeatDefaults.MinTransmitInterval, null);
            TimeSpan truth = peer.Wire.Rx * (peer.MissedBeats + 1);

            PeerBound known = PeerBound.Of(peer.Wire, HeartbeatDefaults.MinTransmitInterval)!.Value;

            known.AtLeast.Should().BeLessThanOrEqualTo(truth, "T = {0} s", seconds);
            known.AtMost.Should().BeGreaterThanOrEqualTo(truth, "T = {0} s", seconds);
        }
    }

    [Theory]
    [InlineData(750u, 3.0, 3.0)]
    [InlineData(250u, 1.0, 1.0)]
    [InlineData(799u, 3.196, 3.196)]
    [InlineData(800u, 3.2, 4.0)]
    [InlineData(900u, 3.6, 9.0)]
    [InlineData(1_000u, 4.0, 10.0)]
    [InlineData(3_000u, 30.0, 30.0)]
    public void Between_four_and_ten_seconds_the_interval_alone_does_not_tell(uint interval, double least, double most) =>
        PeerBound.Of(new WireIntervals(interval, 20, 20), TimeSpan.FromMilliseconds(20))
            .Should().Be(new PeerBound(TimeSpan.FromSeconds(least), TimeSpan.FromSeconds(most)));

    [Fact]
    public void Who_is_never_sent_beats_that_fast_allows_more() =>
        PeerBound.Of(new WireIntervals(250, 20, 20), TimeSpan.FromSeconds(1))!.Value.AtLeast.Should().Be(TimeSpan.FromSeconds(4));

    [Fact]
    public void Who_wants_no_beats_judges_no_silence() => PeerBound.Of(new WireIntervals(0, 20, 20), TimeSpan.FromMilliseconds(20)).Should().BeNull();
}
