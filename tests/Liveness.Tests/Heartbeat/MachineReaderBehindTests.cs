using Liveness.KeepAlive;
using Liveness.Tests.Support;

namespace Liveness.Tests.Heartbeat;

public class MachineReaderBehindTests
{
    private static readonly WitnessReading s_bytesWait = new(1, HidesCompletedReads: false, ReadNotParsed: false);
    private static readonly WitnessReading s_notParsed = new(0, HidesCompletedReads: false, ReadNotParsed: true);
    private static readonly WitnessReading s_hidden = new(null, HidesCompletedReads: true, ReadNotParsed: false);

    [Fact]
    public void Bytes_that_wait_in_our_socket_excuse_the_peer_for_one_more_bound_and_then_it_is_our_reader()
    {
        MachineRig rig = new() { Witness = s_bytesWait };

        rig.Run(0, 7_879.9).Should().BeNull();
        rig.Machine.IsStarved.Should().BeTrue();
        rig.Machine.Conditions.Should().Be(ConnectionConditions.WeAreBehind);
        rig.Tick(7_880).Loss.Should().Be(LossKind.TransportFailed);
        rig.Machine.ReaderIsStuck.Should().BeTrue();
        rig.Machine.ExcusedWhileStarved.Should().Be(TimeSpan.FromSeconds(4));
    }

    [Fact]
    public void A_completed_read_that_is_not_parsed_counts_as_bytes_that_wait()
    {
        MachineRig rig = new() { Witness = s_notParsed };

        rig.Run(0, 60_000).Should().Be(new Verdict(LossKind.TransportFailed, 7_880));
    }

    [Fact]
    public void With_our_pool_behind_the_excuse_lasts_as_long_as_that()
    {
        MachineRig rig = new() { Witness = s_bytesWait, PoolLag = TimeSpan.FromSeconds(1) };

        rig.Run(0, 600_000).Should().BeNull();
        rig.Machine.ReaderIsStuck.Should().BeFalse();
    }

    [Fact]
    public void A_pool_that_catches_up_leaves_the_reader_one_bound_from_then_on()
    {
        MachineRig rig = new() { Witness = s_bytesWait, PoolLag = TimeSpan.FromSeconds(1) };
        rig.Run(0, 20_000);
        rig.PoolLag = TimeSpan.FromMilliseconds(999);

        Verdict verdict = rig.Run(20_000, 60_000)!.Value;

        verdict.Loss.Should().Be(LossKind.TransportFailed);
        verdict.At.Should().Be(24_380, "the look that found the pool in time was due at 20,380");
    }

    [Fact]
    public void Where_completed_bytes_can_hide_a_lag_of_one_interval_excuses()
    {
        MachineRig rig = new() { Witness = s_hidden, PoolLag = TimeSpan.FromSeconds(1) };

        rig.Run(0, 600_000).Should().BeNull();
        rig.Machine.IsStarved.Should().BeTrue();
    }

    [Fact]
    public void A_lag_below_one_interval_is_taken_off_for_what_came_meanwhile_is_not_read_yet()
    {
        MachineRig rig = new() { Witness = s_hidden, PoolLag = TimeSpan.FromMilliseconds(999) };

        rig.Run(0, 60_000).Should().Be(new Verdict(LossKind.HeartbeatTimedOut, 3_880 + 999));
    }

    [Fact]
    public void A_lag_below_one_interval_excuses_nothing_where_bytes_that_wait_are_seen()
    {
        MachineRig rig = new() { PoolLag = TimeSpan.FromMilliseconds(999) };

        rig.Run(0, 60_000).Should().Be(new Verdict(LossKind.HeartbeatTimedOut, 3_880));
    }

    [Fact]
    public void With_an_empty_socket_that_hides_nothing_no_lag_excuses()
    {
        MachineRig rig = new() { PoolLag = TimeSpan.FromHours(1) };

        rig.Run(0, 60_000).Should().Be(new Verdict(LossKind.HeartbeatTimedOut, 3_880));
    }

    [Fact]
    public void An_excused_silence_is_looked_at_twice_an_interval_and_not_at_every_turn()
    {
        MachineRig rig = new() { Witness = s_bytesWait };
        rig.Run(0, 3_880);
        int before = rig.WitnessReadings;

        rig.Run(3_880, 5_880);

        (rig.WitnessReadings - before).Should().BeInRange(4, 16, "every half second, and where a beat or probe falls due");
        rig.Machine.ProbesInSilence.Should().BeLessThan(12, "whoever does not read needs no more answers");
    }

    [Fact]
    public void Once_nothing_waits_any_more_the_verdict_falls()
    {
        MachineRig rig = new() { Witness = s_bytesWait };
        rig.Run(0, 4_880);
        rig.Witness = s_bytesWait with { Available = 0 };

        rig.Tick(5_000).Loss.Should().BeNull("it is looked at when it is due, and not oftener");
        rig.Tick(5_380).Loss.Should().Be(LossKind.HeartbeatTimedOut);
        rig.Machine.ExcusedWhileStarved.Should().Be(TimeSpan.FromSeconds(1.5));
    }

    [Fact]
    public void The_excuses_of_one_silence_add_up_and_leave_out_our_own_pauses()
    {
        MachineRig rig = new() { Witness = s_bytesWait with { Kernel = new TcpInfoSnapshot { OutOfOrderSegments = 0 } } };
        rig.Tick(1_500);
        rig.Tick(3_880);
        rig.Tick(4_380);
        rig.Witness = new WitnessReading(0, HidesCompletedReads: false, ReadNotParsed: false, new TcpInfoSnapshot { OutOfOrderSegments = 1 });
        rig.Tick(4_880).Loss.Should().BeNull("a hole is being repaired");
        rig.Witness = s_bytesWait with { Kernel = new TcpInfoSnapshot { OutOfOrderSegments = 1 } };
        rig.Tick(5_380);
        rig.Pauses = rig.Pauses.Add(MachineRig.At(5_400), MachineRig.At(6_200));
        rig.Tick(6_300);

        rig.Machine.ExcusedWhileStarved.Should().Be(TimeSpan.FromMilliseconds(500 + 500 + 120), "an excuse holds until the look that ends it");
    }

    [Fact]
    public void A_byte_ends_the_excuse()
    {
        MachineRig rig = new() { Witness = s_bytesWait };
        rig.Run(0, 5_000);

        rig.Hear(5_000);
        rig.Tick(5_001);

        rig.Machine.IsStarved.Should().BeFalse();
        rig.Machine.Conditions.Should().Be(ConnectionConditions.None);
        rig.Machine.ExcusedWhileStarved.Should().Be(TimeSpan.Zero);
    }
}
