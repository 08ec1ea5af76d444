using Liveness.KeepAlive;
using Liveness.Tests.Support;

namespace Liveness.Tests.Heartbeat;

public class MachineHoleRepairTests
{
    [Fact]
    public void Segments_that_keep_arriving_out_of_order_excuse_for_one_more_bound()
    {
        MachineRig rig = new();

        Verdict? verdict = RunWithHoles(rig, 0, 60_000);

        verdict!.Value.Loss.Should().Be(LossKind.HeartbeatTimedOut);
        verdict.Value.At.Should().BeInRange(7_880, 7_900);
        rig.Machine.ExcusedForHoleRepair.Should().BeCloseTo(TimeSpan.FromSeconds(4), TimeSpan.FromMilliseconds(20));
    }

    [Fact]
    public void When_they_stop_the_verdict_falls_one_interval_later()
    {
        MachineRig rig = new();
        RunWithHoles(rig, 0, 5_000);

        Verdict? verdict = rig.Run(5_000, 60_000);

        verdict!.Value.Loss.Should().Be(LossKind.HeartbeatTimedOut);
        verdict.Value.At.Should().BeInRange(5_950, 6_600);
    }

    [Fact]
    public void A_count_that_does_not_grow_in_this_silence_is_no_excuse()
    {
        MachineRig rig = new();
        rig.Witness = rig.Witness with { Kernel = new TcpInfoSnapshot { OutOfOrderSegments = 1_000_000 } };

        rig.Run(0, 60_000).Should().Be(new Verdict(LossKind.HeartbeatTimedOut, 3_880));
    }

    [Fact]
    public void Growth_more_than_one_interval_before_the_deadline_is_no_excuse()
    {
        MachineRig rig = new();
        rig.Witness = rig.Witness with { Kernel = new TcpInfoSnapshot { OutOfOrderSegments = 1 } };
        rig.Run(0, 2_700);
        rig.Witness = rig.Witness with { Kernel = new TcpInfoSnapshot { OutOfOrderSegments = 2 } };

        rig.Run(2_700, 60_000).Should().Be(new Verdict(LossKind.HeartbeatTimedOut, 3_880));
    }

    [Fact]
    public void A_pause_of_our_own_uses_up_nothing_of_the_excuse()
    {
        MachineRig rig = new();
        RunWithHoles(rig, 0, 5_000);
        rig.Pauses = rig.Pauses.Add(MachineRig.At(5_000), MachineRig.At(15_000));

        RunWithHoles(rig, 15_000, 17_800).Should().BeNull();
        Verdict? verdict = RunWithHoles(rig, 17_800, 60_000);

        verdict!.Value.At.Should().BeInRange(17_880, 17_900);
    }

    private static Verdict? RunWithHoles(MachineRig rig, double from, double to)
    {
        for (double now = from; now <= to; now += 10)
        {
            rig.Witness = rig.Witness with { Kernel = new TcpInfoSnapshot { OutOfOrderSegments = (long)now } };
            if (rig.Tick(now).Loss is { } loss)
            {
                return new Verdict(loss, now);
            }
        }

        return null;
    }
}
