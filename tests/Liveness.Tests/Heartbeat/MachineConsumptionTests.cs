using Liveness.Tests.Support;

namespace Liveness.Tests.Heartbeat;

public class MachineConsumptionTests
{
    [Fact]
    public void A_peer_whose_application_takes_nothing_for_thirty_seconds_is_said_not_to_consume_and_is_not_lost()
    {
        MachineRig rig = new();

        Beats(rig, 0, 29_999, received: 100, consumed: 50);
        rig.Machine.Conditions.Should().Be(ConnectionConditions.None);
        Beats(rig, 30_000, 600_000, received: 100, consumed: 50);

        rig.Machine.Conditions.Should().Be(ConnectionConditions.PeerNotConsuming);
        rig.Machine.State.Should().Be(LivenessState.Alive);
    }

    [Fact]
    public void It_is_woken_for_at_the_exact_time_and_then_not_again()
    {
        MachineRig rig = new(stalledAfter: TimeSpan.FromMilliseconds(4_100));
        Beats(rig, 0, 4_000, received: 100, consumed: 50);
        double due = 4_000;
        while (rig.Machine.Conditions == ConnectionConditions.None)
        {
            due = rig.NextWake(due);
            rig.Hear(due);
            rig.TickAndSendIfDue(due);
        }

        due.Should().Be(4_100);
        rig.NextWake(due).Should().BeGreaterThan(4_200, "what is reported needs no second look");
    }

    [Fact]
    public void Progress_ends_it_and_more_arriving_does_not()
    {
        MachineRig rig = new();
        Beats(rig, 0, 31_000, received: 100, consumed: 50);
        Beats(rig, 32_000, 33_000, received: 200, consumed: 50);
        rig.Machine.Conditions.Should().Be(ConnectionConditions.PeerNotConsuming);

        Beats(rig, 34_000, 34_000, received: 200, consumed: 51);
        rig.Machine.Conditions.Should().Be(ConnectionConditions.None);
        Beats(rig, 35_000, 63_999, received: 200, consumed: 51);
        rig.Machine.Conditions.Should().Be(ConnectionConditions.None);
        Beats(rig, 64_000, 65_000, received: 200, consumed: 51);
        rig.Machine.Conditions.Should().Be(ConnectionConditions.PeerNotConsuming);
    }

    [Fact]
    public void Our_own_application_that_does_not_read_is_said_to_be_behind()
    {
        MachineRig rig = new() { Counts = new StreamCounts(0, 100, 50) };

        Beats(rig, 0, 29_999, 0, 0);
        rig.Machine.Conditions.Should().Be(ConnectionConditions.None);
        Beats(rig, 30_000, 60_000, 0, 0);

        rig.Machine.Conditions.Should().Be(ConnectionConditions.WeAreBehind);
        (rig.NextWake(60_000) - 60_000).Should().BeGreaterThan(200);
    }

    [Fact]
    public void Switched_off_nothing_is_ever_said()
    {
        MachineRig rig = new(stalledAfter: Timeout.InfiniteTimeSpan) { Counts = new StreamCounts(1_000, 100, 50) };

        Beats(rig, 0, 3_600_000, received: 100, consumed: 50);

        rig.Machine.Conditions.Should().Be(ConnectionConditions.None);
    }

    [Fact]
    public void A_peer_that_is_asked_for_no_beats_is_not_held_to_the_last_word_it_said()
    {
        MachineRig rig = new(Timeout.InfiniteTimeSpan, new WireIntervals(1_000, 20, 20));
        rig.Machine.RequestProbe(MachineRig.At(0));
        uint probe = rig.Send(0).Sequence;
        rig.Beat(10, echo: probe, received: 100, consumed: 50, flags: BeatFlags.IsAnswer);

        rig.Run(10, 60_000);

        rig.Machine.Conditions.Should().Be(ConnectionConditions.None);
    }

    private static void Beats(MachineRig rig, double from, double to, ulong received, ulong consumed)
    {
        for (double now = from; now <= to; now += 1_000)
        {
            rig.Beat(now, received: received, consumed: consumed);
            rig.Run(now, Math.Min(now + 999, to)).Should().BeNull();
        }
    }
}
