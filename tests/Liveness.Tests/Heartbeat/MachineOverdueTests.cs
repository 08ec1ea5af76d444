using System.Net.NetworkInformation;
using Liveness.KeepAlive;
using Liveness.Tests.Support;

namespace Liveness.Tests.Heartbeat;

/// <summary>The kernel's counters are watched from the moment on which a beat is overdue: by then what was under way has arrived.</summary>
public sealed class MachineOverdueTests
{
    [Fact]
    public void What_arrives_after_one_interval_counts_and_what_came_before_does_not()
    {
        MachineRig rig = new();
        Segments(rig, 10);
        rig.Run(0, 990);
        Segments(rig, 15);
        rig.Run(990, 1_100);
        Segments(rig, 17);
        rig.Run(1_100, 60_000)!.Value.Loss.Should().Be(LossKind.HeartbeatTimedOut);

        rig.Machine.KernelInSilence!.Segments.Should().Be(2);
    }

    [Fact]
    public void A_byte_ends_it_and_the_next_silence_counts_anew()
    {
        MachineRig rig = new();
        Segments(rig, 10);
        rig.Run(0, 2_000);
        rig.Hear(2_000);
        rig.Machine.KernelInSilence.Should().BeNull();
        Segments(rig, 30);
        rig.Run(2_000, 3_200);
        Segments(rig, 31);
        rig.Run(3_200, 60_000);

        rig.Machine.KernelInSilence!.Segments.Should().Be(1);
    }

    [Fact]
    public void While_beats_come_in_time_the_kernel_is_not_asked()
    {
        MachineRig rig = new();
        for (double now = 0; now < 20_000; now += 500)
        {
            rig.Run(now, now + 499);
            rig.Beat(now + 500);
        }

        rig.WitnessReadings.Should().Be(0);
    }

    private static void Segments(MachineRig rig, long received) =>
        rig.Witness = rig.Witness with { Kernel = new TcpInfoSnapshot { State = TcpState.Established, SegmentsReceived = received } };
}
