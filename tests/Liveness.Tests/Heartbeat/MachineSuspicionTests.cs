using Liveness.Tests.Support;

namespace Liveness.Tests.Heartbeat;

public class MachineSuspicionTests
{
    [Fact]
    public void Suspicion_begins_at_one_and_a_half_intervals_with_a_probe_and_a_question_about_our_pool()
    {
        MachineRig rig = new();
        rig.TickAndSend(0);

        rig.Tick(1_499.9).ProbePoolLag.Should().BeFalse();
        rig.Machine.State.Should().Be(LivenessState.Alive);
        Judgement judgement = rig.Tick(1_500);

        judgement.Should().Be(new Judgement(null, ProbePoolLag: true, rig.Witness));
        rig.Machine.State.Should().Be(LivenessState.Suspect);
        rig.Send(1_500).Flags.Should().Be(BeatFlags.AnswerAtOnce);
        rig.Machine.ProbesInSilence.Should().Be(1);
        rig.Tick(1_501).ProbePoolLag.Should().BeFalse("once in a silence");
    }

    [Theory]
    [InlineData(0, 20, 250)]
    [InlineData(300, 20, 300)]
    [InlineData(300, 900, 900)]
    public void Probes_keep_the_longest_of_a_sixteenth_the_round_trip_and_the_peers_distance(double roundTrip, uint peerMinRx, double gap)
    {
        MachineRig rig = new(peer: new WireIntervals(1_000, peerMinRx, 20));
        uint first = rig.TickAndSend(0).Sequence;
        rig.Beat(roundTrip, echo: first);
        double suspicion = roundTrip + 1_500;
        rig.TickAndSend(suspicion).Flags.Should().Be(BeatFlags.AnswerAtOnce);

        rig.Run(suspicion, suspicion + gap - 0.1);
        rig.Machine.ProbesSent.Should().Be(1);
        rig.TickAndSend(suspicion + gap).Flags.Should().Be(BeatFlags.AnswerAtOnce);
    }

    [Fact]
    public void Any_byte_ends_the_suspicion_and_all_that_was_counted_in_it()
    {
        MachineRig rig = new();
        rig.Run(0, 3_000);
        rig.Machine.ProbesInSilence.Should().Be(7, "one at 1.5 s and one each quarter of a second after it");

        rig.Hear(3_100);

        rig.Machine.State.Should().Be(LivenessState.Alive);
        rig.Machine.ProbesInSilence.Should().Be(0);
        rig.Machine.Silence(MachineRig.At(3_600), rig.Health).Should().Be(TimeSpan.FromMilliseconds(500));
    }

    [Fact]
    public void Our_own_sending_neither_proves_life_nor_postpones_anything()
    {
        MachineRig rig = new();

        rig.Run(0, 60_000).Should().Be(new Verdict(LossKind.HeartbeatTimedOut, 3_880));
    }

    [Fact]
    public void The_witness_is_asked_only_in_a_silence()
    {
        MachineRig rig = new();
        for (int second = 0; second < 60; second++)
        {
            rig.Beat(second * 1_000);
            rig.Run(second * 1_000, (second * 1_000) + 999);
        }

        rig.WitnessReadings.Should().Be(0);
    }

    [Fact]
    public void A_byte_stamped_earlier_than_one_seen_does_not_age_the_connection()
    {
        MachineRig rig = new();
        rig.Hear(2_000);
        rig.Hear(1_000);

        rig.Machine.LastReceived.Should().Be(MachineRig.At(2_000));
    }
}
