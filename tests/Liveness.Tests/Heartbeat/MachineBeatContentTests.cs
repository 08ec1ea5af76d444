using Liveness.Tests.Support;

namespace Liveness.Tests.Heartbeat;

public class MachineBeatContentTests
{
    [Fact]
    public void A_beat_says_how_long_the_echoed_one_lay_here()
    {
        MachineRig rig = new();
        rig.Tick(0);
        rig.Beat(5);

        BeatFrame beat = rig.Send(7.5);

        beat.EchoSequence.Should().Be(100);
        beat.EchoDelayMicroseconds.Should().Be(2_500);
    }

    [Fact]
    public void A_delay_too_long_for_its_field_saturates_below_no_echo()
    {
        MachineRig rig = new(TimeSpan.FromHours(20));
        rig.Tick(0);
        rig.Beat(0);

        rig.Send(2 * 3_600_000).EchoDelayMicroseconds.Should().Be(uint.MaxValue - 1);
    }

    [Fact]
    public void Heard_ago_is_the_age_of_the_last_byte_less_our_own_pauses()
    {
        MachineRig rig = new() { Pauses = PauseLedger.Empty.Add(MachineRig.At(100), MachineRig.At(400)) };
        rig.Tick(0);
        rig.Hear(50);

        rig.Send(750).HeardAgoMilliseconds.Should().Be(400);
    }

    [Fact]
    public void Heard_ago_is_zero_while_our_own_pool_is_behind()
    {
        MachineRig rig = new() { PoolLag = TimeSpan.FromMilliseconds(250) };
        rig.Tick(0);

        BeatFrame beat = rig.Send(750);

        beat.HeardAgoMilliseconds.Should().Be(0);
        beat.LagMilliseconds.Should().Be(250);
    }

    [Fact]
    public void A_lag_below_a_quarter_of_the_interval_is_taken_off()
    {
        MachineRig rig = new() { PoolLag = TimeSpan.FromMilliseconds(249) };
        rig.Tick(0);

        rig.Send(750).HeardAgoMilliseconds.Should().Be(501);
    }

    [Fact]
    public void A_long_lag_saturates()
    {
        MachineRig rig = new() { PoolLag = TimeSpan.FromMinutes(5) };
        rig.Tick(0);

        rig.Send(0).LagMilliseconds.Should().Be(65_535);
    }

    [Fact]
    public void A_beat_carries_our_counts()
    {
        MachineRig rig = new() { Counts = new StreamCounts(7, 5, 3) };
        rig.Tick(0);

        BeatFrame beat = rig.Send(0);

        beat.Received.Should().Be(5);
        beat.Consumed.Should().Be(3);
    }

    [Fact]
    public void The_round_trip_leaves_out_the_time_at_the_peer()
    {
        MachineRig rig = new();
        uint first = rig.TickAndSend(0).Sequence;

        rig.Beat(300, echo: first, echoDelay: 250_000);
        rig.Machine.RoundTrip.Should().Be(TimeSpan.FromMilliseconds(50));
        rig.Beat(900, echo: first, echoDelay: 0);
        rig.Machine.RoundTrip.Should().Be(TimeSpan.FromMilliseconds(50), "only the first echo of a beat measures");
    }

    [Fact]
    public void A_peer_that_claims_more_delay_than_passed_gives_a_round_trip_of_zero()
    {
        MachineRig rig = new();
        uint first = rig.TickAndSend(0).Sequence;

        rig.Beat(300, echo: first, echoDelay: 400_000);

        rig.Machine.RoundTrip.Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public void The_smallest_round_trip_is_kept()
    {
        MachineRig rig = new();
        uint first = rig.TickAndSend(0).Sequence;
        rig.Beat(80, echo: first);
        uint second = rig.TickAndSend(1_000).Sequence;
        rig.Beat(1_050, echo: second);
        uint third = rig.TickAndSend(2_050).Sequence;
        rig.Beat(2_450, echo: third);

        rig.Machine.RoundTrip.Should().Be(TimeSpan.FromMilliseconds(400));
        rig.Machine.MinRoundTrip.Should().Be(TimeSpan.FromMilliseconds(50));
    }
}
