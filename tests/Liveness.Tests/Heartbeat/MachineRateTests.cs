using Liveness.Tests.Support;

namespace Liveness.Tests.Heartbeat;

public class MachineRateTests
{
    [Fact]
    public void A_slower_rate_holds_from_now_on_for_a_running_silence_too()
    {
        MachineRig rig = new();
        rig.Run(0, 3_000);

        rig.Machine.ChangeRate(MachineRig.Rate(8));

        rig.Machine.Bound.Should().Be(TimeSpan.FromSeconds(8));
        rig.Run(3_000, 60_000).Should().Be(new Verdict(LossKind.HeartbeatTimedOut, 7_880));
    }

    [Fact]
    public void A_faster_rate_holds_only_once_a_beat_says_that_the_peer_has_applied_it()
    {
        MachineRig rig = new(TimeSpan.FromSeconds(60));
        rig.TickAndSend(0);
        rig.Machine.ChangeRate(MachineRig.Rate(2));
        rig.Machine.TakeRate(MachineRig.At(100)).Should().Be(new RateFrame(new WireIntervals(500, 20, 20), 1));
        rig.Machine.Bound.Should().Be(TimeSpan.FromSeconds(60));

        rig.Beat(5_000, generation: 0);
        rig.Machine.Bound.Should().Be(TimeSpan.FromSeconds(60), "that beat was sent before");
        rig.Beat(5_100, generation: 1);

        rig.Machine.Bound.Should().Be(TimeSpan.FromSeconds(2));
        rig.Run(5_100, 60_000).Should().Be(new Verdict(LossKind.HeartbeatTimedOut, 6_980));
    }

    [Fact]
    public void One_RATE_is_in_flight_and_later_changes_merge()
    {
        MachineRig rig = new();
        rig.Machine.ChangeRate(MachineRig.Rate(8));
        rig.Machine.TakeRate(MachineRig.At(0));
        rig.Machine.ChangeRate(MachineRig.Rate(12));
        rig.Machine.ChangeRate(MachineRig.Rate(20));

        rig.Machine.CanSendRate(MachineRig.At(5_000)).Should().BeFalse("the first one is not confirmed");
        rig.Machine.Rate.DetectWithin.Should().Be(TimeSpan.FromSeconds(20));
        rig.Machine.Bound.Should().Be(TimeSpan.FromSeconds(20));
        rig.Beat(5_000, generation: 1);

        rig.TickAndSend(5_000);
        rig.Machine.CanSendRate(MachineRig.At(5_020)).Should().BeTrue();
        rig.Machine.TakeRate(MachineRig.At(5_020)).Should().Be(new RateFrame(new WireIntervals(2_000, 20, 20), 2));
    }

    [Fact]
    public void A_wish_that_changes_all_the_time_does_not_starve_the_beats()
    {
        // The peer puts up with one control frame in 500 ms, and confirms each RATE at once.
        MachineRig rig = new(peer: new WireIntervals(1_000, 500, 20));
        rig.TickAndSend(0);
        double beat = 0;
        uint rates = 0;
        for (double now = 1; now < 12_000; now++)
        {
            rig.Machine.ChangeRate(MachineRig.Rate(8 + (now % 2)));
            rig.Tick(now);
            if (rig.Machine.CanSendRate(MachineRig.At(now)))
            {
                rates = rig.Machine.TakeRate(MachineRig.At(now)).Generation;
                rig.Beat(now, generation: rates);
            }
            else if (rig.Machine.CanSendBeat(MachineRig.At(now)))
            {
                rig.Send(now);
                (now - beat).Should().BeLessThanOrEqualTo(1_000, "a RATE and a beat take turns");
                beat = now;
            }
        }

        beat.Should().BeGreaterThan(10_500);
        rates.Should().BeGreaterThan(8);
    }

    [Fact]
    public void Between_two_changes_the_most_patient_of_all_wishes_judges()
    {
        MachineRig rig = new();
        rig.Machine.ChangeRate(MachineRig.Rate(20));
        rig.Machine.TakeRate(MachineRig.At(0));
        rig.Machine.ChangeRate(MachineRig.Rate(2));
        rig.Machine.Bound.Should().Be(TimeSpan.FromSeconds(20));

        rig.Beat(100, generation: 1);
        rig.Machine.Bound.Should().Be(TimeSpan.FromSeconds(20), "the second change has not left yet");
        rig.Machine.TakeRate(MachineRig.At(200));
        rig.Beat(300, generation: 2);

        rig.Machine.Bound.Should().Be(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void RATE_keeps_the_same_distance_as_a_beat_and_pulls_the_next_beat_in()
    {
        MachineRig rig = new(peer: new WireIntervals(1_000, 300, 20));
        rig.TickAndSend(0);
        rig.Machine.ChangeRate(MachineRig.Rate(20));

        rig.Machine.CanSendRate(MachineRig.At(299)).Should().BeFalse();
        rig.Machine.CanSendRate(MachineRig.At(300)).Should().BeTrue();
        rig.Machine.TakeRate(MachineRig.At(300));
        rig.Machine.CanSendBeat(MachineRig.At(300)).Should().BeFalse();
        rig.NextWake(300).Should().Be(600);
        rig.TickAndSend(600);
    }

    [Fact]
    public void The_peers_RATE_is_obeyed_at_once_by_a_beat_that_says_so()
    {
        MachineRig rig = new(TimeSpan.FromSeconds(60), new WireIntervals(6_000, 20, 20));
        rig.TickAndSend(0);
        rig.Hear(100);

        rig.Machine.OnRate(new RateFrame(new WireIntervals(500, 20, 20), 1), MachineRig.At(100)).Should().Be(ProtocolRule.None);

        rig.NextWake(100).Should().Be(100, "it is due now");
        rig.TickAndSend(101).RateGeneration.Should().Be(1);
        rig.NextWake(101).Should().BeInRange(101 + 375, 101 + 500);
    }

    [Fact]
    public void A_peer_that_wants_no_beats_any_more_gets_the_one_that_confirms()
    {
        MachineRig rig = new();
        rig.TickAndSend(0);

        rig.Machine.OnRate(new RateFrame(new WireIntervals(0, 20, 20), 1), MachineRig.At(100));

        rig.TickAndSend(100).RateGeneration.Should().Be(1);
        rig.Run(100, 1_499);
        rig.Machine.BeatsSent.Should().Be(2);
    }

    [Fact]
    public void A_peer_that_can_only_send_slower_makes_our_bound_longer_at_once()
    {
        MachineRig rig = new();

        rig.Machine.OnRate(new RateFrame(new WireIntervals(1_000, 20, 3_000), 1), MachineRig.At(0));

        rig.Machine.Timing.ReceiveInterval.Should().Be(TimeSpan.FromSeconds(3));
        rig.Machine.Bound.Should().Be(TimeSpan.FromSeconds(12));
    }

    [Fact]
    public void Switched_off_and_on_again_it_judges_again()
    {
        MachineRig rig = new();
        rig.Machine.ChangeRate(HeartbeatRate.Derive(Timeout.InfiniteTimeSpan, HeartbeatDefaults.MinTransmitInterval, null));
        rig.Machine.TakeRate(MachineRig.At(0)).Intervals.WantsBeats.Should().BeFalse();
        rig.Beat(100, generation: 1);
        rig.Run(100, 600_000).Should().BeNull();
        rig.Machine.ChangeRate(MachineRig.Rate(4));
        rig.Machine.TakeRate(MachineRig.At(600_000));
        rig.Beat(600_100, generation: 2);

        rig.Run(600_100, 700_000).Should().Be(new Verdict(LossKind.HeartbeatTimedOut, 603_980));
    }

    [Theory]
    [InlineData(0u, ProtocolRule.RateGeneration)]
    [InlineData(1u, ProtocolRule.None)]
    [InlineData(2u, ProtocolRule.RateGeneration)]
    public void Generations_of_the_peers_RATE_come_one_by_one(uint generation, object rule)
    {
        MachineRig rig = new();

        rig.Machine.OnRate(new RateFrame(new WireIntervals(500, 20, 20), generation), MachineRig.At(0)).Should().Be((ProtocolRule)rule);
    }

    [Theory]
    [InlineData(500u, 0u, 20u)]
    [InlineData(500u, 20u, 0u)]
    [InlineData(0u, 0u, 0u)]
    public void No_limit_is_a_legal_wish(uint rx, uint minRx, uint minTx)
    {
        MachineRig rig = new();

        rig.Machine.OnRate(new RateFrame(new WireIntervals(rx, minRx, minTx), 1), MachineRig.At(0)).Should().Be(ProtocolRule.None);

        rig.Machine.Timing.SendInterval.Should().BeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(20), "our own limit holds");
        rig.Machine.Bound.Should().Be(TimeSpan.FromSeconds(4));
    }

    [Theory]
    [InlineData(500u, 501u, 20u)]
    [InlineData(86_400_001u, 20u, 20u)]
    [InlineData(500u, 20u, 86_400_001u)]
    [InlineData(0u, 86_400_001u, 20u)]
    public void Contradictory_intervals_are_refused_and_change_nothing(uint rx, uint minRx, uint minTx)
    {
        MachineRig rig = new();
        TimeSpan before = rig.Machine.Timing.SendInterval;

        rig.Machine.OnRate(new RateFrame(new WireIntervals(rx, minRx, minTx), 1), MachineRig.At(0)).Should().Be(ProtocolRule.RateIntervals);

        rig.Machine.Timing.SendInterval.Should().Be(before);
    }

    [Fact]
    public void A_beat_cannot_have_applied_a_RATE_that_was_never_sent_nor_forget_one()
    {
        MachineRig rig = new();
        rig.Beat(0, generation: 1).Should().Be(ProtocolRule.GenerationNeverSent);

        MachineRig other = new();
        other.Machine.ChangeRate(MachineRig.Rate(8));
        other.Machine.TakeRate(MachineRig.At(0));
        other.Beat(10, generation: 1).Should().Be(ProtocolRule.None);
        other.Beat(20, generation: 0).Should().Be(ProtocolRule.GenerationRegressed);
    }

    [Fact]
    public void A_reload_from_a_minute_to_two_seconds_loses_no_live_peer()
    {
        MachineRig rig = new(TimeSpan.FromSeconds(60), new WireIntervals(6_000, 20, 20));
        rig.TickAndSend(0);
        rig.Run(0, 5_900);
        rig.Machine.ChangeRate(MachineRig.Rate(2));
        rig.Machine.TakeRate(MachineRig.At(5_900));

        rig.Run(5_901, 8_900).Should().BeNull("the peer still beats every six seconds");
        rig.Beat(8_901, generation: 1);
        rig.Run(8_901, 9_400).Should().BeNull();
    }
}
