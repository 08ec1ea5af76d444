using Liveness.Tests.Support;

namespace Liveness.Tests.Heartbeat;

public class MachineOutboundTests
{
    [Theory]
    [InlineData(4_000, 4_000, true)]
    [InlineData(4_000, 3_999, false)]
    [InlineData(3_999, 3_999, false)]
    [InlineData(8_000, 7_000, true)]
    [InlineData(8_000, 6_999, false)]
    public void The_way_out_is_dead_once_the_peer_itself_misses_three_quarters_of_the_outbound_age(double age, uint heardAgo, bool dead)
    {
        MachineRig rig = WithOneEchoedBeat();
        rig.TickAndSend(1_000);
        KeepHearing(rig, 1_000, age - 1);

        rig.Beat(age, heardAgo: heardAgo);

        rig.Tick(age).Loss.Should().Be(dead ? LossKind.OutboundDead : null);
        rig.Machine.WasStuck.Should().BeFalse();
    }

    [Fact]
    public void Late_echoes_never_convict()
    {
        MachineRig rig = WithOneEchoedBeat();
        for (double now = 1_000; now < 300_000; now += 1_000)
        {
            rig.Beat(now, heardAgo: 900);
            rig.Run(now, now + 999).Should().BeNull();
        }

        rig.Machine.OutboundAge(MachineRig.At(300_000), rig.Health).Should().Be(TimeSpan.FromMinutes(5));
    }

    [Fact]
    public void Nothing_is_missed_before_a_second_beat_was_handed_over()
    {
        MachineRig rig = WithOneEchoedBeat();
        KeepHearing(rig, 100, 8_000);

        rig.Beat(8_000, heardAgo: 7_900);

        rig.Tick(8_000).Loss.Should().BeNull();
    }

    [Fact]
    public void The_time_between_our_own_two_beats_is_not_missed()
    {
        MachineRig rig = WithOneEchoedBeat();
        KeepHearing(rig, 100, 6_000);
        rig.TickAndSend(6_000);

        rig.Beat(8_000, heardAgo: 8_000);

        rig.Tick(8_000).Loss.Should().BeNull("only two of eight seconds are missed");
    }

    [Fact]
    public void Our_own_pauses_come_off_the_outbound_age_even_before_the_echo_came()
    {
        MachineRig rig = new() { Pauses = PauseLedger.Empty.Add(MachineRig.At(10), MachineRig.At(2_010)) };
        uint first = rig.TickAndSend(0).Sequence;
        rig.Beat(2_020, echo: first);
        rig.TickAndSend(3_010);
        KeepHearing(rig, 3_010, 5_900);
        rig.Beat(5_900, heardAgo: 6_500);

        rig.Machine.OutboundAge(MachineRig.At(5_900), rig.Health).Should().Be(TimeSpan.FromMilliseconds(3_900));
        rig.Tick(5_900).Loss.Should().BeNull();
        rig.Tick(6_000).Loss.Should().Be(LossKind.OutboundDead, "3490 of 4000 ms");
    }

    [Theory]
    [InlineData(3_000, false)]
    [InlineData(2_700, true)]
    public void What_the_peers_own_lag_explains_is_not_missed(ushort lag, bool dead)
    {
        MachineRig rig = WithOneEchoedBeat();
        rig.TickAndSend(1_000);
        KeepHearing(rig, 1_000, 3_999);

        rig.Beat(4_000, heardAgo: 4_000, lag: lag);

        rig.Tick(4_000).Loss.Should().Be(dead ? LossKind.OutboundDead : null);
    }

    [Fact]
    public void A_short_bound_does_not_convict_a_peer_whose_lag_probe_may_still_be_on_its_way()
    {
        MachineRig rig = new(TimeSpan.FromMilliseconds(100), new WireIntervals(25, 20, 20));
        uint first = rig.TickAndSend(0).Sequence;
        rig.Beat(1, echo: first);
        rig.TickAndSend(25);
        rig.Beat(200, heardAgo: 200);
        rig.Tick(200).Loss.Should().BeNull();

        rig.Beat(300, heardAgo: 300);

        rig.Tick(300).Loss.Should().Be(LossKind.OutboundDead);
    }

    [Fact]
    public void A_peer_that_wants_no_beats_misses_none()
    {
        MachineRig rig = new(peer: new WireIntervals(0, 20, 20));
        rig.Beat(0, flags: BeatFlags.AnswerAtOnce);
        uint first = rig.Send(0).Sequence;
        rig.Beat(10, echo: first, flags: BeatFlags.AnswerAtOnce);
        rig.Send(10);
        KeepHearing(rig, 10, 60_000);

        rig.Beat(60_000, heardAgo: 60_000);

        rig.Tick(60_000).Loss.Should().BeNull();
    }

    [Fact]
    public void Slow_beats_give_the_way_out_four_of_their_own_intervals()
    {
        MachineRig rig = new(peer: new WireIntervals(10_000, 10_000, 20));
        uint first = rig.TickAndSend(0).Sequence;
        rig.Beat(100, echo: first);
        KeepHearing(rig, 100, 10_000);
        rig.TickAndSend(10_000);
        KeepHearing(rig, 10_000, 39_000);

        rig.Beat(39_500, heardAgo: 100_000);
        rig.Tick(39_999).Loss.Should().BeNull();
        rig.Tick(40_000).Loss.Should().Be(LossKind.OutboundDead);
    }

    /// <summary>
    /// A peer that beats every 750 ms at most, as its HELLO said: where one segment was lost and the peer could not run for a while, it
    /// looks as dead as a peer that hears nothing.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Between_two_beats_of_the_peer_a_dead_way_out_and_a_living_one_look_the_same(bool isDead)
    {
        MachineRig rig = new(TimeSpan.FromSeconds(1), new WireIntervals(250, 20, 750));
        uint first = rig.TickAndSend(0).Sequence;
        rig.Beat(0, echo: first);
        rig.Run(1, 459).Should().BeNull();
        rig.Beat(460, heardAgo: 460);
        rig.Run(460, 1_209).Should().BeNull("one of our beats is missing, and the peer is not silent for too long");

        rig.Beat(1_210, echo: isDead ? first : rig.Machine.NewestSent, heardAgo: isDead ? 1_210u : 20);

        rig.Tick(1_210).Loss.Should().Be(isDead ? LossKind.OutboundDead : null);
    }

    private static MachineRig WithOneEchoedBeat()
    {
        MachineRig rig = new();
        uint first = rig.TickAndSend(0).Sequence;
        rig.Beat(100, echo: first);
        return rig;
    }

    private static void KeepHearing(MachineRig rig, double from, double to)
    {
        for (double now = from; now < to; now += 500)
        {
            rig.Hear(now);
        }
    }
}
