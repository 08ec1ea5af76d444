using Liveness.KeepAlive;
using Liveness.Tests.Support;

namespace Liveness.Tests.Heartbeat;

public class MachineStuckWriteTests
{
    [Fact]
    public void A_beat_that_cannot_leave_for_a_whole_bound_while_nothing_moves_is_a_dead_way_out()
    {
        MachineRig rig = new();

        RunUnsent(rig, 0, 3_999).Should().BeNull();

        rig.Tick(4_000).Loss.Should().Be(LossKind.OutboundDead);
        rig.Machine.WasStuck.Should().BeTrue();
    }

    [Fact]
    public void Halfway_there_it_is_a_condition()
    {
        MachineRig rig = new();
        RunUnsent(rig, 0, 1_999);
        rig.Machine.Conditions.Should().Be(ConnectionConditions.None);

        RunUnsent(rig, 2_000, 2_000);
        rig.Machine.Conditions.Should().Be(ConnectionConditions.WriteStuck);

        rig.Send(2_100);
        rig.Tick(2_101);
        rig.Machine.Conditions.Should().Be(ConnectionConditions.None);
    }

    [Fact]
    public void While_the_next_kernel_goes_on_acknowledging_it_is_not_stuck()
    {
        MachineRig rig = new();
        for (double now = 0; now < 60_000; now += 1_000)
        {
            rig.Witness = rig.Witness with { Kernel = new TcpInfoSnapshot { BytesAcknowledged = (long)now } };
            RunUnsent(rig, now, now + 999).Should().BeNull();
        }
    }

    [Fact]
    public void An_acknowledged_count_that_stands_still_counts_from_when_it_was_first_looked_at()
    {
        MachineRig rig = new();
        rig.Witness = rig.Witness with { Kernel = new TcpInfoSnapshot { BytesAcknowledged = 17 } };

        RunUnsent(rig, 0, 4_999).Should().BeNull("it was first looked at after a quarter of the bound");
        RunUnsent(rig, 5_000, 60_000)!.Value.Loss.Should().Be(LossKind.OutboundDead);
    }

    [Fact]
    public void While_the_peer_says_that_more_arrives_it_is_not_stuck()
    {
        MachineRig rig = new();
        for (uint i = 0; i < 60; i++)
        {
            rig.Beat(i * 1_000, received: i);
            RunUnsent(rig, i * 1_000, (i * 1_000) + 999).Should().BeNull();
        }
    }

    [Theory]
    [InlineData(1_000, null)]
    [InlineData(999, LossKind.OutboundDead)]
    public void A_peer_that_is_behind_itself_is_alive(ushort lag, object? expected)
    {
        MachineRig rig = new();
        for (int i = 0; i < 4; i++)
        {
            rig.Beat(i * 1_000, lag: lag, heardAgo: (uint)i * 1_000);
            RunUnsent(rig, i * 1_000, (i * 1_000) + 999).Should().BeNull();
        }

        rig.Beat(4_000, lag: lag);

        rig.Tick(4_000).Loss.Should().Be((LossKind?)expected);
    }

    [Fact]
    public void While_our_own_pool_is_behind_it_is_our_writer_that_waits()
    {
        MachineRig rig = new() { PoolLag = TimeSpan.FromSeconds(1) };
        RunUnsent(rig, 0, 60_000).Should().BeNull();
        rig.PoolLag = TimeSpan.Zero;

        RunUnsent(rig, 60_000, 63_999).Should().BeNull();
        RunUnsent(rig, 64_000, 70_000)!.Value.Loss.Should().Be(LossKind.OutboundDead);
    }

    [Fact]
    public void Our_own_pauses_do_not_count()
    {
        MachineRig rig = new();
        RunUnsent(rig, 0, 1_000);
        rig.Pauses = PauseLedger.Empty.Add(MachineRig.At(1_000), MachineRig.At(11_000));

        RunUnsent(rig, 11_000, 13_999).Should().BeNull();
        RunUnsent(rig, 14_000, 14_000)!.Value.Loss.Should().Be(LossKind.OutboundDead);
    }

    [Fact]
    public void The_distance_that_the_peer_asks_for_is_no_stuck_write()
    {
        MachineRig rig = new(peer: new WireIntervals(60_000, 60_000, 20));
        rig.TickAndSend(0);
        rig.Hear(100);
        rig.Machine.RequestProbe(MachineRig.At(100));

        RunUnsent(rig, 100, 59_999).Should().BeNull();

        rig.Machine.Conditions.Should().Be(ConnectionConditions.None);
        rig.Send(60_000).Flags.Should().Be(BeatFlags.AnswerAtOnce);
    }

    [Fact]
    public void Once_the_distance_is_over_the_bound_begins()
    {
        MachineRig rig = new(peer: new WireIntervals(60_000, 60_000, 20));
        rig.TickAndSend(0);

        RunUnsent(rig, 1, 63_999).Should().BeNull();
        RunUnsent(rig, 64_000, 64_600)!.Value.Loss.Should().Be(LossKind.OutboundDead);
    }

    [Fact]
    public void Whoever_judges_nothing_does_not_judge_this_either()
    {
        MachineRig rig = new(Timeout.InfiniteTimeSpan, new WireIntervals(1_000, 20, 20));

        RunUnsent(rig, 0, 600_000).Should().BeNull();
    }

    /// <summary>The peer is heard all the time, and the transport takes nothing.</summary>
    private static Verdict? RunUnsent(MachineRig rig, double from, double to)
    {
        for (double now = from; now <= to; now += 250)
        {
            rig.Hear(now);
            if (rig.Run(now, Math.Min(now + 249, to), send: false) is { } verdict)
            {
                return verdict;
            }
        }

        return null;
    }
}
