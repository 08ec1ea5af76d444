using Liveness.Tests.Support;

namespace Liveness.Tests.Heartbeat;

public class HeartbeatTimingTests
{
    [Fact]
    public void Each_direction_is_decided_by_its_slower_side()
    {
        HeartbeatRate fast = MachineRig.Rate(1);
        HeartbeatRate slow = MachineRig.Rate(60);

        HeartbeatTiming atFast = new(fast, slow.Wire);
        HeartbeatTiming atSlow = new(slow, fast.Wire);

        atFast.ReceiveInterval.Should().Be(TimeSpan.FromMilliseconds(250));
        atFast.SendInterval.Should().Be(TimeSpan.FromMilliseconds(250), "it beats at its own pace where the peer wants less");
        atSlow.ReceiveInterval.Should().Be(TimeSpan.FromSeconds(6));
        atSlow.SendInterval.Should().Be(TimeSpan.FromMilliseconds(250), "the peer asks for it");
    }

    [Fact]
    public void A_peer_that_can_only_send_slowly_makes_the_bound_longer()
    {
        HeartbeatTiming timing = new(MachineRig.Rate(1), new WireIntervals(1_000, 20, 400));

        timing.ReceiveInterval.Should().Be(TimeSpan.FromMilliseconds(400));
        timing.Bound.Should().Be(TimeSpan.FromMilliseconds(1_600));
        timing.SuspectAfter.Should().Be(TimeSpan.FromMilliseconds(600));
        timing.Deadline.Should().Be(TimeSpan.FromMilliseconds(1_600 - 82.5), "tick 62.5 and 20");
    }

    [Theory]
    [InlineData(500u, 20u, 20u, 500)]
    [InlineData(5_000u, 20u, 20u, 1_000)]
    [InlineData(500u, 300u, 20u, 500)]
    [InlineData(10u, 10u, 20u, 20)]
    [InlineData(5_000u, 2_000u, 20u, 2_000)]
    public void Beats_go_as_often_as_both_want_and_no_oftener_than_both_allow(uint rx, uint minRx, uint minTx, double expected)
    {
        HeartbeatTiming timing = new(MachineRig.Rate(4), new WireIntervals(rx, minRx, minTx));

        timing.SendInterval.Should().Be(TimeSpan.FromMilliseconds(expected));
        timing.SendSpacing.Should().Be(TimeSpan.FromMilliseconds(minRx));
    }

    [Fact]
    public void A_peer_that_wants_none_gets_none()
    {
        new HeartbeatTiming(MachineRig.Rate(4), new WireIntervals(0, 20, 20)).SendInterval.Should().Be(TimeSpan.MaxValue);
    }

    [Fact]
    public void Whoever_judges_nothing_beats_as_often_as_the_peer_asks()
    {
        HeartbeatRate off = HeartbeatRate.Derive(Timeout.InfiniteTimeSpan, TimeSpan.FromMilliseconds(20), null);

        HeartbeatTiming timing = new(off, new WireIntervals(86_400_000, 20, 20));

        timing.SendInterval.Should().Be(TimeSpan.FromDays(1));
        timing.ReceiveInterval.Should().Be(TimeSpan.MaxValue);
        timing.Bound.Should().Be(TimeSpan.MaxValue);
        timing.Deadline.Should().Be(TimeSpan.MaxValue);
    }

    [Fact]
    public void The_longest_wishes_do_not_overflow()
    {
        HeartbeatTiming timing = new(MachineRig.Rate(86_399), new WireIntervals(86_400_000, 86_400_000, 86_400_000));

        timing.ReceiveInterval.Should().Be(TimeSpan.FromDays(1));
        timing.Bound.Should().Be(TimeSpan.FromDays(10));
    }

    [Fact]
    public void The_more_patient_of_two_judges_by_the_larger_of_each_and_keeps_its_own_way_out()
    {
        HeartbeatTiming few = new(MachineRig.Rate(8), new WireIntervals(100, 20, 20));
        HeartbeatTiming many = new(MachineRig.Rate(4), new WireIntervals(300, 20, 2_500));

        HeartbeatTiming both = few.MorePatient(many);

        both.ReceiveInterval.Should().Be(TimeSpan.FromMilliseconds(2_500));
        both.Bound.Should().Be(TimeSpan.FromSeconds(10));
        both.SuspectAfter.Should().Be(TimeSpan.FromMilliseconds(3_750));
        both.Deadline.Should().Be(TimeSpan.FromMilliseconds(9_880));
        both.SendInterval.Should().Be(TimeSpan.FromMilliseconds(100));
    }
}
