using Liveness.Tests.Support;

namespace Liveness.Tests.Heartbeat;

/// <summary>PROTOCOL.md, section 5.11, at one end: the other is played by hand.</summary>
public class MachineRoleTests
{
    [Fact]
    public void Who_follows_beats_when_the_peers_beat_is_there_from_half_of_the_interval_on()
    {
        MachineRig rig = new(role: BeatRole.Follows);
        rig.TickAndSend(0);

        rig.Beat(499.9);
        rig.Machine.CanSendBeat(MachineRig.At(499.9)).Should().BeFalse();
        rig.Beat(500);

        BeatFrame beat = rig.Send(500);
        beat.EchoSequence.Should().Be(101);
        beat.EchoDelayMicroseconds.Should().Be(0);
        rig.NextWake(500).Should().Be(1_500, "its own time is the end of the interval");
    }

    [Fact]
    public void Who_follows_beats_by_itself_at_the_end_of_the_interval()
    {
        MachineRig rig = new(role: BeatRole.Follows);
        rig.TickAndSend(0);

        rig.Hear(999);
        rig.NextWake(999).Should().Be(1_000);
        rig.TickAndSend(1_000);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_answer_is_not_followed(bool asks)
    {
        MachineRig rig = new(role: BeatRole.Follows);
        rig.TickAndSend(0);

        rig.Beat(600, flags: BeatFlags.IsAnswer | (asks ? BeatFlags.AnswerAtOnce : BeatFlags.None));

        rig.Machine.CanSendBeat(MachineRig.At(600)).Should().Be(asks, "only a question is answered");
    }

    [Fact]
    public void Who_leads_beats_late_in_the_interval_and_before_the_followers_own_time()
    {
        List<double> gaps = Gaps(new MachineRig(role: BeatRole.Leads));

        gaps.Should().OnlyContain(gap => gap >= 750 && gap <= 990);
        gaps.Count(gap => gap == 990).Should().BeInRange(460, 495, "what left together leaves together again, all but one in 32");
    }

    [Fact]
    public void Whoever_leads_and_was_late_goes_with_the_others_again()
    {
        MachineRig rig = new(role: BeatRole.Leads);
        rig.TickAndSend(0);
        rig.Hear(0);
        double due = rig.NextWake(0);
        rig.Tick(due);
        rig.Send(due + 40);
        rig.Hear(due + 40);

        ((rig.NextWake(due + 40) - due) % 99).Should().Be(0);
    }

    [Theory]
    [InlineData(0.1, 25, 21.875)]
    [InlineData(0.5, 125, 115)]
    [InlineData(3, 750, 740)]
    [InlineData(60, 6_000, 5_940)]
    public void The_lead_is_longer_than_a_timer_is_late_and_never_more_than_jitter_may_shorten(double seconds, double interval, double latest)
    {
        List<double> gaps = Gaps(new MachineRig(TimeSpan.FromSeconds(seconds), role: BeatRole.Leads));

        gaps.Should().OnlyContain(gap => gap >= (interval * 0.75) - 0.001 && gap <= latest + 0.001);
        gaps.Average().Should().BeGreaterThan(latest * 0.98);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Ends_that_beat_unequally_often_have_no_roles(bool leads)
    {
        BeatRole role = leads ? BeatRole.Leads : BeatRole.Follows;
        // This end beats every 1,000 ms; a peer that sends no faster than every 1,126 ms, or is sent to so, does it more seldom.
        foreach (WireIntervals peer in new WireIntervals[] { new(1_000, 20, 1_126), new(1_500, 1_126, 20) })
        {
            MachineRig rig = new(peer: peer, role: role);
            rig.Machine.Timing.HasRoles.Should().BeFalse();
            rig.TickAndSend(0);

            rig.Beat(749);
            rig.Machine.CanSendBeat(MachineRig.At(749)).Should().BeFalse();
        }

        Gaps(new MachineRig(peer: new WireIntervals(1_000, 20, 1_126), role: role)).Distinct().Should().BeEquivalentTo([800.0, 900.0, 1_000.0]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Ends_that_beat_about_equally_often_go_by_the_shorter_interval_and_keep_their_own(bool leads)
    {
        BeatRole role = leads ? BeatRole.Leads : BeatRole.Follows;
        MachineRig slower = new(peer: new WireIntervals(1_500, 1_125, 20), role: role);
        slower.Machine.Timing.SendInterval.Should().Be(TimeSpan.FromMilliseconds(1_125));
        slower.Machine.Timing.SharedInterval.Should().Be(TimeSpan.FromMilliseconds(1_000));
        MachineRig faster = new(peer: new WireIntervals(1_000, 20, 1_125), role: role);
        faster.Machine.Timing.SendInterval.Should().Be(TimeSpan.FromMilliseconds(1_000));
        faster.Machine.Timing.SharedInterval.Should().Be(TimeSpan.FromMilliseconds(1_000));

        Gaps(slower).Should().OnlyContain(gap => gap == 1_125, "the peer puts up with no more, whoever leads");
        Gaps(faster).Should().OnlyContain(gap => gap >= 750 && gap <= 1_000);
    }

    [Fact]
    public void Nobody_leads_while_a_change_is_on_its_way()
    {
        MachineRig rig = new(role: BeatRole.Follows);
        rig.TickAndSend(0);
        rig.Beat(10);
        rig.Machine.Timing.HasRoles.Should().BeTrue();

        rig.Machine.ChangeRate(MachineRig.Rate(3.6));
        rig.Machine.Timing.HasRoles.Should().BeFalse();
        rig.Machine.CanSendRate(MachineRig.At(100)).Should().BeTrue();
        rig.Machine.TakeRate(MachineRig.At(100));
        rig.TickAndSend(120);
        rig.Beat(700);
        rig.Machine.CanSendBeat(MachineRig.At(700)).Should().BeFalse("the peer has not confirmed it");

        rig.Beat(710, generation: 1);
        rig.Machine.Timing.SharedInterval.Should().Be(TimeSpan.FromMilliseconds(900));
        rig.Machine.CanSendBeat(MachineRig.At(710)).Should().BeTrue();
    }

    [Fact]
    public void Who_follows_keeps_the_peers_distance()
    {
        MachineRig rig = new(peer: new WireIntervals(1_000, 900, 20), role: BeatRole.Follows);
        rig.TickAndSend(0);

        rig.Beat(899);
        rig.Machine.CanSendBeat(MachineRig.At(899)).Should().BeFalse();
        rig.Beat(900);
        rig.Machine.CanSendBeat(MachineRig.At(900)).Should().BeTrue();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_beat_that_comes_at_the_end_of_the_interval_and_a_little_late_costs_no_look_at_the_kernel(bool leads)
    {
        MachineRig rig = new(role: leads ? BeatRole.Leads : BeatRole.Follows);
        rig.TickAndSend(0);
        rig.Beat(0);
        for (double now = 1; now <= 1_124; now++)
        {
            rig.TickAndSendIfDue(now);
        }

        rig.WitnessReadings.Should().Be(0);
        rig.Tick(1_125);
        rig.WitnessReadings.Should().Be(1);
    }

    private static List<double> Gaps(MachineRig rig)
    {
        List<double> gaps = [];
        double sent = 0;
        rig.TickAndSend(0);
        for (int i = 0; i < 500; i++)
        {
            double due = sent;
            do
            {
                rig.Hear(due);
                due = rig.NextWake(due);
                rig.Tick(due);
            }
            while (!rig.Machine.CanSendBeat(MachineRig.At(due)));

            rig.Send(due);
            gaps.Add(due - sent);
            sent = due;
        }

        return gaps;
    }
}
