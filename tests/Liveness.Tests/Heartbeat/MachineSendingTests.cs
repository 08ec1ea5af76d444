using Liveness.Tests.Support;

namespace Liveness.Tests.Heartbeat;

public class MachineSendingTests
{
    private static readonly WireIntervals s_strictPeer = new(1_000, 1_000, 20);

    [Fact]
    public void The_first_beat_goes_at_once()
    {
        MachineRig rig = new();

        rig.NextWake(-5).Should().Be(0);
        rig.TickAndSend(0).HasEcho.Should().BeFalse("nothing of the peer was heard yet");
    }

    [Fact]
    public void Jitter_only_shortens_and_uses_the_whole_quarter()
    {
        MachineRig rig = new();
        List<double> gaps = [];
        double sent = 0;
        rig.TickAndSend(0);
        for (int i = 0; i < 1_000; i++)
        {
            rig.Hear(sent);
            double due = rig.NextWake(sent);
            rig.TickAndSend(due);
            gaps.Add(due - sent);
            sent = due;
        }

        gaps.Should().OnlyContain(gap => gap >= 750 && gap <= 1_000);
        gaps.Distinct().Should().BeEquivalentTo([800.0, 900.0, 1_000.0], "beats leave on the tick, with those of other connections");
    }

    [Fact]
    public void A_beat_between_two_ticks_that_both_lie_outside_its_time_goes_when_it_was_drawn()
    {
        MachineRig rig = new(TimeSpan.FromMinutes(1), new WireIntervals(90, 20, 20));
        rig.TickAndSend(7);
        double sent = 7;
        List<double> offTick = [];
        for (int i = 0; i < 100; i++)
        {
            rig.Hear(sent);
            double due = rig.NextWake(sent);
            rig.TickAndSend(due);
            (due - sent).Should().BeInRange(67, 91);
            if (due % 100 != 0)
            {
                offTick.Add(due);
            }

            sent = due;
        }

        offTick.Should().NotBeEmpty("a quarter of 90 ms seldom holds a tick of 100 ms");
    }

    [Fact]
    public void Missed_beats_are_skipped_and_never_replayed()
    {
        MachineRig rig = new();
        rig.TickAndSend(0);
        for (double now = 500; now <= 60_000; now += 500)
        {
            rig.Hear(now);
            rig.Tick(now);
        }

        rig.Send(60_000);

        rig.Machine.CanSendBeat(MachineRig.At(60_000)).Should().BeFalse();
        rig.Tick(60_749);
        rig.Machine.CanSendBeat(MachineRig.At(60_749)).Should().BeFalse();
        rig.Machine.BeatsSent.Should().Be(2);
    }

    [Fact]
    public void A_beat_that_is_nearly_due_goes_at_once_when_the_peers_arrives()
    {
        MachineRig rig = new();
        rig.TickAndSend(0);

        rig.Beat(749.9);
        rig.Machine.CanSendBeat(MachineRig.At(749.9)).Should().BeFalse();
        rig.Beat(750);

        BeatFrame beat = rig.Send(750);
        beat.EchoSequence.Should().Be(101);
        beat.EchoDelayMicroseconds.Should().Be(0);
    }

    [Fact]
    public void Two_beats_never_come_closer_than_the_peer_allows()
    {
        MachineRig rig = new(peer: s_strictPeer);
        rig.TickAndSend(0);

        rig.Beat(900);
        rig.Machine.CanSendBeat(MachineRig.At(900)).Should().BeFalse("the early beat keeps the distance too");
        rig.NextWake(900).Should().Be(1_000, "jitter can't shorten below the distance");
        rig.TickAndSend(1_000);
        rig.NextWake(1_000).Should().Be(1_900, "the peer's next beat is overdue then");
        rig.Tick(1_900);
        rig.NextWake(1_900).Should().Be(2_000);
    }

    [Fact]
    public void A_requested_probe_waits_for_the_peers_distance_and_is_woken_for()
    {
        MachineRig rig = new(peer: s_strictPeer);
        rig.TickAndSend(0);
        rig.Hear(10);

        rig.Machine.RequestProbe(MachineRig.At(10));

        rig.Machine.CanSendBeat(MachineRig.At(999.9)).Should().BeFalse();
        rig.NextWake(10).Should().Be(1_000);
        rig.Send(1_000).Flags.Should().Be(BeatFlags.AnswerAtOnce);
    }

    [Fact]
    public void An_answer_goes_at_once_and_uses_up_no_distance()
    {
        MachineRig rig = new(peer: s_strictPeer);
        rig.TickAndSend(0);

        rig.Beat(10, flags: BeatFlags.AnswerAtOnce);
        rig.Send(10).Flags.Should().Be(BeatFlags.IsAnswer);
        rig.Beat(20, flags: BeatFlags.AnswerAtOnce);
        rig.Send(20).Flags.Should().Be(BeatFlags.IsAnswer);

        rig.Machine.RequestProbe(MachineRig.At(30));
        rig.Machine.CanSendBeat(MachineRig.At(1_000)).Should().BeTrue("the last beat that nobody asked for left at 0");
    }

    [Fact]
    public void An_answer_takes_the_place_of_the_next_beat()
    {
        MachineRig rig = new();
        rig.TickAndSend(0);

        rig.Beat(700, flags: BeatFlags.AnswerAtOnce);
        rig.Send(700);

        rig.Tick(1_449);
        rig.Machine.CanSendBeat(MachineRig.At(1_449)).Should().BeFalse();
    }

    [Fact]
    public void An_answer_is_never_answered()
    {
        MachineRig rig = new();
        rig.TickAndSend(0);

        rig.Beat(10, flags: BeatFlags.IsAnswer);

        rig.Machine.CanSendBeat(MachineRig.At(10)).Should().BeFalse();
    }

    [Fact]
    public void A_probe_and_an_answer_and_a_due_beat_merge_into_one()
    {
        MachineRig rig = new();
        rig.TickAndSend(0);
        rig.Tick(1_000);
        rig.Machine.RequestProbe(MachineRig.At(1_000));
        rig.Beat(1_001, flags: BeatFlags.AnswerAtOnce);

        rig.Send(1_001).Flags.Should().Be(BeatFlags.AnswerAtOnce | BeatFlags.IsAnswer);

        rig.Machine.CanSendBeat(MachineRig.At(1_100)).Should().BeFalse();
    }

    [Fact]
    public void Requests_share_one_outstanding_probe_and_are_answered_together()
    {
        MachineRig rig = new();
        uint first = rig.TickAndSend(0).Sequence;
        rig.Machine.RequestProbe(MachineRig.At(20));
        uint probe = rig.Send(20).Sequence;
        rig.Machine.RequestProbe(MachineRig.At(30));
        rig.Machine.CanSendBeat(MachineRig.At(100)).Should().BeFalse();

        rig.Beat(110, out bool answered, echo: first);
        answered.Should().BeFalse("that echo is older than the probe");
        rig.Beat(120, out answered, echo: probe, echoDelay: 30_000, flags: BeatFlags.IsAnswer);
        answered.Should().BeTrue();
        rig.Machine.RoundTrip.Should().Be(TimeSpan.FromMilliseconds(70));
        rig.Beat(130, out answered, echo: probe);
        answered.Should().BeFalse("it is answered once");
        rig.Machine.ProbesSent.Should().Be(1);
    }

    [Fact]
    public void A_peer_that_wants_no_beats_gets_answers_only()
    {
        MachineRig rig = new(peer: new WireIntervals(0, 20, 20));
        rig.Tick(0);
        rig.Machine.CanSendBeat(MachineRig.At(0)).Should().BeFalse();
        rig.NextWake(0).Should().Be(1_000, "only the peer's next beat falls due");

        rig.Beat(500, flags: BeatFlags.AnswerAtOnce);
        rig.Send(500).Flags.Should().Be(BeatFlags.IsAnswer);

        rig.NextWake(500).Should().Be(1_500);
    }
}
