using Liveness.Tests.Support;

namespace Liveness.Tests.Heartbeat;

public class MachineFloodTests
{
    [Fact]
    public void Sixty_four_beats_at_once_are_taken_and_the_next_is_a_flood()
    {
        MachineRig rig = new();
        for (int i = 0; i < 64; i++)
        {
            rig.Beat(0).Should().Be(ProtocolRule.None);
        }

        rig.Beat(0).Should().Be(ProtocolRule.Flood);
    }

    [Fact]
    public void Beats_and_RATE_and_frames_of_no_meaning_share_one_bucket()
    {
        MachineRig rig = new();
        for (int i = 0; i < 62; i++)
        {
            rig.Machine.OnUnasked(MachineRig.At(0)).Should().Be(ProtocolRule.None);
        }

        rig.Beat(0).Should().Be(ProtocolRule.None);
        rig.Machine.OnRate(new RateFrame(new WireIntervals(500, 20, 20), 1), MachineRig.At(0)).Should().Be(ProtocolRule.None);
        rig.Machine.OnRate(new RateFrame(new WireIntervals(500, 20, 20), 2), MachineRig.At(0)).Should().Be(ProtocolRule.Flood);
    }

    [Fact]
    public void Whoever_beats_at_the_smallest_distance_for_ever_is_honest_on_a_clock_a_tenth_faster_too()
    {
        MachineRig rig = new();
        for (int i = 0; i < 100_000; i++)
        {
            rig.Beat(i * 20 / 1.1).Should().Be(ProtocolRule.None);
        }
    }

    [Fact]
    public void Whoever_beats_twice_as_often_is_caught()
    {
        MachineRig rig = new();
        int taken = 0;
        while (rig.Beat(taken * 10) == ProtocolRule.None)
        {
            taken++;
        }

        taken.Should().BeInRange(64, 200);
    }

    [Fact]
    public void What_piled_up_while_we_slept_is_no_flood()
    {
        MachineRig rig = new();
        for (int i = 0; i < 30_000; i++)
        {
            rig.Beat(600_000).Should().Be(ProtocolRule.None);
        }
    }

    [Fact]
    public void What_piled_up_behind_a_late_HELLO_is_no_flood()
    {
        HeartbeatPlan plan = HeartbeatPlan.Create(new HeartbeatOptions { DetectWithin = TimeSpan.FromMilliseconds(100) });
        HeartbeatMachine machine = new(plan, new WireIntervals(0, 20, 20), 1, helloHandedOver: MachineRig.At(0), now: MachineRig.At(9_000));
        for (uint i = 0; i < 410; i++)
        {
            BeatFrame beat = new(i, 0, BeatFrame.NoEcho, 0, 0, 0, 0, BeatFlags.None, 0);
            machine.OnBeat(beat, default, MachineRig.At(9_000), out _).Should().Be(ProtocolRule.None);
        }
    }

    [Fact]
    public void Answers_to_our_own_probes_are_free_as_many_as_we_asked_for()
    {
        MachineRig rig = new(peer: new WireIntervals(1_000, 1, 20));
        for (int i = 0; i < 100; i++)
        {
            rig.Machine.RequestProbe(MachineRig.At(i));
            uint probe = rig.Send(i).Sequence;
            rig.Beat(i, echo: probe, flags: BeatFlags.IsAnswer).Should().Be(ProtocolRule.None);
        }

        int taken = 0;
        while (rig.Beat(100, flags: BeatFlags.IsAnswer) == ProtocolRule.None)
        {
            taken++;
        }

        taken.Should().BeInRange(64, 70, "answers that nobody asked for cost what any beat costs");
    }

    [Fact]
    public void A_stricter_limit_is_kept_to_only_once_the_peer_has_applied_it()
    {
        MachineRig rig = new(TimeSpan.FromSeconds(40), minReceive: TimeSpan.FromMilliseconds(20));
        rig.Machine.ChangeRate(MachineRig.Rate(40, minReceive: TimeSpan.FromSeconds(4)));
        rig.Machine.TakeRate(MachineRig.At(0));
        int i = 0;
        for (; i < 1_000; i++)
        {
            rig.Beat(i * 20, generation: 0).Should().Be(ProtocolRule.None);
        }

        int taken = 0;
        while (rig.Beat((i + taken) * 20, generation: 1) == ProtocolRule.None)
        {
            taken++;
        }

        taken.Should().BeInRange(64, 250, "what was saved before is used up, and then the new limit holds");
    }

    [Fact]
    public void Credit_is_paid_for_by_data()
    {
        MachineRig rig = new();
        for (int i = 0; i < 64 + 25; i++)
        {
            rig.Machine.OnCredit(100 * 1_024).Should().Be(ProtocolRule.None);
        }

        rig.Machine.OnCredit(100 * 1_024).Should().Be(ProtocolRule.Flood);
    }
}
