using Liveness.KeepAlive;
using Liveness.Tests.Support;

namespace Liveness.Tests.ProtocolPing;

/// <summary>What puts the verdict off, and for how long.</summary>
public sealed class PingMachineExcuseTests
{
    private const double Deadline = 11_880;

    [Fact]
    public void Our_own_pauses_are_subtracted()
    {
        PingRig rig = new();
        rig.Run(0, 2_000);
        rig.Pause(2_000, 4_000);

        rig.Run(4_000, 60_000).Should().Be(new Verdict(LossKind.HeartbeatTimedOut, Deadline + 2_000));
        rig.Observe(LossKind.HeartbeatTimedOut, Deadline + 2_000).Evidence.OwnPauses.Should().Be(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void After_a_long_one_the_peer_gets_once_a_fresh_ping_and_the_time_to_answer()
    {
        PingRig rig = new();
        rig.Run(0, 11_000);
        rig.Pings.Should().HaveCount(2);
        rig.Pause(11_000, 20_000);
        Verdict? verdict = rig.Run(20_000, 60_000);

        // 9 s paused, so the deadline would come at 20.88 s; the grace is one interval (and no round trip is known yet) from the end of the
        // pause.
        verdict.Should().Be(new Verdict(LossKind.HeartbeatTimedOut, 24_000));
        rig.Pings.Should().HaveCount(3);
        rig.Pings[2].Should().BeInRange(20_000, 22_000);
        rig.Observe(LossKind.HeartbeatTimedOut, 24_000).Evidence.ExcusedAfterOwnPause.Should().BeCloseTo(TimeSpan.FromMilliseconds(3_120), TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public void A_second_long_pause_in_the_same_silence_is_only_subtracted()
    {
        PingRig rig = new();
        rig.Run(0, 11_000);
        rig.Pause(11_000, 20_000);
        rig.Run(20_000, 20_500).Should().BeNull();
        rig.Pause(20_500, 30_000);

        Verdict? verdict = rig.Run(30_000, 60_000);
        verdict!.Value.At.Should().BeInRange(30_000, 30_400, "the grace of the first pause is over, 11.5 s of silence have run");
        rig.Pings.Count.Should().BeLessThanOrEqualTo(3);
    }

    [Fact]
    public void Bytes_that_wait_in_our_socket_are_an_excuse_for_one_more_bound_and_then_the_reader_is_stuck()
    {
        PingRig rig = new() { Witness = new WitnessReading(7, HidesCompletedReads: false, ReadNotParsed: false) };
        Verdict? verdict = rig.Run(0, 60_000);

        verdict.Should().Be(new Verdict(LossKind.TransportFailed, Deadline + 12_000));
        rig.Machine.Conditions.Should().Be(ConnectionConditions.WeAreBehind);
        LossObservation loss = rig.Observe(LossKind.TransportFailed, verdict!.Value.At);
        DiagnosisRules.Diagnose(loss).Diagnosis.Should().Be(LossDiagnosis.OurReaderStuck);
        loss.Detail.Should().Be("bytes of the peer wait here, but our own reader does not take them");
        loss.Evidence.UnreadSocketBytes.Should().Be(7);
    }

    [Fact]
    public void A_reader_that_takes_them_is_forgiven()
    {
        PingRig rig = new() { Witness = new WitnessReading(7, HidesCompletedReads: false, ReadNotParsed: false) };
        rig.Run(0, 20_000).Should().BeNull();
        rig.Machine.Conditions.Should().Be(ConnectionConditions.WeAreBehind);
        rig.Hear(20_000);

        rig.Machine.Conditions.Should().Be(ConnectionConditions.None);
        rig.Machine.State.Should().Be(LivenessState.Alive);
    }

    [Theory]
    [InlineData(true, 3_999, false)]
    [InlineData(true, 4_000, true)]
    [InlineData(false, 9_000, false)]
    public void A_starved_pool_is_an_excuse_where_reads_can_hide_and_it_is_a_whole_interval_behind(bool hides, int lag, bool excused)
    {
        PingRig rig = new() { Witness = new WitnessReading(hides ? null : 0, hides, ReadNotParsed: false), PoolLag = TimeSpan.FromMilliseconds(lag) };

        rig.Run(0, 100_000).HasValue.Should().Be(!excused);
    }

    [Fact]
    public void A_hole_under_repair_is_an_excuse_for_at_most_one_more_bound()
    {
        PingRig rig = new();
        long segments = 0;
        Verdict? verdict = null;
        for (double now = 0; verdict is null; now = rig.NextWake(now))
        {
            rig.Witness = rig.Witness with { Kernel = new TcpInfoSnapshot { State = System.Net.NetworkInformation.TcpState.Established, OutOfOrderSegments = segments++ } };
            verdict = rig.Tick(now).Loss is { } loss ? new Verdict(loss, now) : null;
        }

        verdict.Should().Be(new Verdict(LossKind.HeartbeatTimedOut, Deadline + 12_000));
    }

    [Fact]
    public void A_byte_that_a_layer_above_the_kernel_holds_back_is_life()
    {
        PingRig rig = new();
        rig.Run(0, 5_000);
        rig.Witness = new WitnessReading(0, HidesCompletedReads: false, ReadNotParsed: false, new TcpInfoSnapshot
        {
            State = System.Net.NetworkInformation.TcpState.Established,
            SinceDataReceived = TimeSpan.FromSeconds(1),
        })
        { HoldsBackRecords = true };
        rig.Tick(6_000).Loss.Should().BeNull();

        rig.Machine.State.Should().Be(LivenessState.Alive);
        rig.Machine.LastReceived.Should().Be(PingRig.At(5_000));
        rig.Machine.TakeAnswer().Should().NotBeNull("it came after the ping");
    }

    [Fact]
    public void A_lag_below_one_interval_is_taken_off_where_reads_can_hide()
    {
        WitnessReading hides = new(null, HidesCompletedReads: true, ReadNotParsed: false);
        PingRig rig = new() { Witness = hides, PoolLag = TimeSpan.FromSeconds(3) };

        rig.Run(0, 100_000).Should().Be(new Verdict(LossKind.HeartbeatTimedOut, Deadline + 3_000));
    }

    [Fact]
    public void A_pool_that_is_behind_puts_off_the_judgement_of_a_failed_ping_too()
    {
        PingRig rig = WithFailedPing();
        for (double now = 4_000; now < 9_000; now += 50)
        {
            rig.PoolLag = TimeSpan.FromMilliseconds(now - 4_000);
            rig.Tick(now).Loss.Should().BeNull("at {0}", now);
        }

        rig.PoolLag = TimeSpan.Zero;
        rig.PoolSpells = rig.PoolSpells.Add(PingRig.At(4_000), PingRig.At(9_000));
        rig.Run(9_000, 11_000).Should().Be(new Verdict(LossKind.TransportFailed, 10_000));
    }

    [Fact]
    public void A_pool_that_was_behind_and_has_caught_up_has_left_the_read_side_no_time_either()
    {
        PingRig rig = WithFailedPing();
        rig.PoolSpells = rig.PoolSpells.Add(PingRig.At(4_050), PingRig.At(4_950));

        rig.Run(4_950, 11_000).Should().Be(new Verdict(LossKind.TransportFailed, 5_900));
    }

    [Fact]
    public void Before_the_judgement_of_a_failed_ping_our_own_lag_is_measured()
    {
        PingRig rig = WithFailedPing();

        rig.Tick(4_100).ProbePoolLag.Should().BeFalse();
        rig.NextWake(4_100).Should().BeApproximately(4_750, 1);
        rig.Tick(4_760).ProbePoolLag.Should().BeTrue();
    }

    private static PingRig WithFailedPing()
    {
        PingRig rig = new() { Returns = false };
        rig.Run(0, 4_000);
        rig.Machine.OnPingFailed(new IOException("gone"), PingRig.At(4_000));
        return rig;
    }
}
