using Liveness.Tests.Support;

namespace Liveness.Tests.Heartbeat;

/// <summary>Nothing that happens puts off what is due, and a condition ends when what refutes it arrives.</summary>
public class MachineDueTests
{
    [Fact]
    public void A_dead_way_out_is_due_by_itself_however_often_a_beat_of_ours_leaves_early()
    {
        MachineRig rig = WithOneEchoedBeat();
        rig.TickAndSend(1_000);
        rig.Beat(3_900, heardAgo: 4_000);
        rig.Send(3_900).Flags.Should().Be(BeatFlags.AnswerAtOnce, "the peer is asked whether it is still so");

        rig.NextWake(3_900).Should().Be(4_000);
        rig.Hear(3_990);

        rig.NextWake(3_990).Should().Be(4_000);
        rig.Tick(4_000).Loss.Should().Be(LossKind.OutboundDead);
    }

    [Fact]
    public void A_beat_that_convicts_is_due_when_it_arrives()
    {
        MachineRig rig = WithOneEchoedBeat();
        rig.TickAndSend(1_000);
        rig.Hear(4_000);
        rig.Tick(4_000);
        rig.Beat(4_500, heardAgo: 4_500);

        rig.NextWake(4_500).Should().BeLessThanOrEqualTo(4_500);
        rig.Tick(4_500).Loss.Should().Be(LossKind.OutboundDead);
    }

    [Fact]
    public void A_verdict_that_nobody_carries_out_is_not_repeated_at_every_turn()
    {
        MachineRig rig = WithOneEchoedBeat();
        rig.TickAndSend(1_000);
        rig.Beat(4_500, heardAgo: 4_500);
        rig.Tick(4_500).Loss.Should().Be(LossKind.OutboundDead);

        rig.Tick(4_501).Loss.Should().BeNull();
        rig.NextWake(4_501).Should().BeGreaterThan(4_550);
    }

    [Fact]
    public void Three_fifths_are_enough_where_a_question_has_gone_unanswered_for_a_quarter()
    {
        MachineRig rig = WithOneEchoedBeat();
        rig.TickAndSend(1_000);
        rig.Beat(2_500, heardAgo: 2_500);
        rig.Send(2_500).Flags.Should().Be(BeatFlags.AnswerAtOnce);
        rig.Beat(3_400, heardAgo: 3_400);

        rig.NextWake(3_400).Should().BeLessThanOrEqualTo(4_000);
        rig.Tick(3_999).Loss.Should().BeNull();
        rig.Tick(4_000).Loss.Should().Be(LossKind.OutboundDead);
    }

    [Fact]
    public void A_question_that_is_answered_convicts_nobody()
    {
        MachineRig rig = WithOneEchoedBeat();
        rig.TickAndSend(1_000);
        rig.Beat(2_500, heardAgo: 2_500);
        uint question = rig.Send(2_500).Sequence;
        rig.Beat(3_400, echo: question, flags: BeatFlags.IsAnswer);

        rig.Hear(4_000);
        rig.Tick(4_000).Loss.Should().BeNull();
    }

    [Fact]
    public void Probes_that_somebody_asks_for_all_the_time_do_not_put_off_the_look_at_a_stuck_write()
    {
        MachineRig rig = new();
        rig.Tick(0);
        for (double now = 1; now < 1_000; now += 10)
        {
            rig.Hear(now);
            rig.Machine.RequestProbe(MachineRig.At(now));
            rig.NextWake(now).Should().BeLessThanOrEqualTo(1_000, "a quarter of the bound after the beat became due");
        }
    }

    [Fact]
    public void A_peer_that_takes_its_data_is_no_longer_told_of_before_the_next_look()
    {
        MachineRig rig = new(stalledAfter: TimeSpan.FromSeconds(4));
        rig.Beat(0, received: 10, consumed: 5);
        rig.Hear(3_900);
        rig.Tick(4_000);
        rig.Machine.Conditions.Should().HaveFlag(ConnectionConditions.PeerNotConsuming);

        rig.Beat(4_010, received: 10, consumed: 10);

        rig.Machine.Conditions.Should().NotHaveFlag(ConnectionConditions.PeerNotConsuming);
    }

    [Fact]
    public void Data_that_our_application_leaves_is_due_to_be_told_even_where_no_beats_are_agreed()
    {
        MachineRig rig = new(Timeout.InfiniteTimeSpan, new WireIntervals(0, 20, 20), stalledAfter: TimeSpan.FromSeconds(30));
        rig.Tick(0);
        rig.Machine.OnConsumption(new StreamCounts(0, 100, 0), MachineRig.At(1_000));
        rig.Counts = new StreamCounts(0, 100, 0);

        rig.NextWake(1_000).Should().Be(31_000);
        rig.Tick(31_000);
        rig.Machine.Conditions.Should().Be(ConnectionConditions.WeAreBehind);
        rig.Machine.OnAllConsumed(new StreamCounts(0, 100, 100));

        rig.Machine.Conditions.Should().Be(ConnectionConditions.None);
    }

    [Fact]
    public void A_beat_that_leaves_ends_the_condition_that_it_was_stuck()
    {
        MachineRig rig = new();
        for (double now = 0; now <= 2_000; now += 250)
        {
            rig.Hear(now);
            rig.Tick(now);
        }

        rig.Machine.Conditions.Should().Be(ConnectionConditions.WriteStuck);
        rig.Send(2_001);

        rig.Machine.Conditions.Should().Be(ConnectionConditions.None);
    }

    private static MachineRig WithOneEchoedBeat()
    {
        MachineRig rig = new();
        uint first = rig.TickAndSend(0).Sequence;
        rig.Beat(100, echo: first);
        return rig;
    }
}
