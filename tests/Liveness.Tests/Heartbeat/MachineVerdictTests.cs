using Liveness.KeepAlive;
using Liveness.Tests.Support;

namespace Liveness.Tests.Heartbeat;

public class MachineVerdictTests
{
    [Theory]
    [InlineData(100, 87.5)]
    [InlineData(1_000, 917.5)]
    [InlineData(4_000, 3_880)]
    [InlineData(10_000, 9_880)]
    [InlineData(86_399_990, 86_399_870)]
    public void The_verdict_falls_at_the_deadline_and_not_before(double detectWithin, double deadline)
    {
        MachineRig rig = new(TimeSpan.FromMilliseconds(detectWithin));
        rig.Run(0, deadline - 1).Should().BeNull();

        rig.Tick(deadline - 0.1).Loss.Should().BeNull();
        rig.Tick(deadline).Loss.Should().Be(LossKind.HeartbeatTimedOut);
    }

    [Fact]
    public void Whoever_asks_for_no_beats_never_judges()
    {
        MachineRig rig = new(Timeout.InfiniteTimeSpan, new WireIntervals(1_000, 20, 20));

        rig.Run(0, 86_400_000d).Should().BeNull();
        rig.Machine.State.Should().Be(LivenessState.Alive);
        rig.Machine.BeatsSent.Should().BeGreaterThan(86_400, "the peer wants beats all the same");
    }

    [Fact]
    public void With_no_wish_on_either_side_nothing_ever_falls_due()
    {
        MachineRig rig = new(Timeout.InfiniteTimeSpan);
        rig.Tick(0);

        rig.Machine.NextWake(MachineRig.At(0), rig.Health).Should().Be(Instant.Never);
    }

    [Fact]
    public void A_beat_of_ours_that_has_not_left_is_no_excuse()
    {
        MachineRig rig = new();

        rig.Run(0, 60_000, send: false).Should().Be(new Verdict(LossKind.HeartbeatTimedOut, 3_880));
    }

    [Fact]
    public void A_kernel_that_goes_on_acknowledging_is_no_excuse()
    {
        MachineRig rig = new();
        Verdict? verdict = null;
        for (double now = 0; now < 10_000 && verdict is null; now += 10)
        {
            rig.Witness = rig.Witness with { Kernel = new TcpInfoSnapshot { BytesAcknowledged = (long)now, BytesSent = (long)now } };
            verdict = rig.Run(now, now + 9);
        }

        verdict!.Value.Loss.Should().Be(LossKind.HeartbeatTimedOut);
        verdict.Value.At.Should().BeInRange(3_880, 3_890);
    }

    [Fact]
    public void What_the_peer_counted_before_is_no_excuse()
    {
        MachineRig rig = new();
        rig.Beat(0, received: 500, lag: 60_000);

        rig.Run(0, 60_000).Should().Be(new Verdict(LossKind.HeartbeatTimedOut, 3_880));
    }

    [Fact]
    public void A_clock_that_starts_at_zero_or_ends_soon_changes_nothing()
    {
        HeartbeatPlan plan = HeartbeatPlan.Create(new HeartbeatOptions { DetectWithin = TimeSpan.FromSeconds(4) });
        foreach (long origin in new[] { 0, long.MaxValue - TimeSpan.TicksPerHour })
        {
            Instant start = new(origin);
            HeartbeatMachine machine = new(plan, plan.Rate.Wire, 1, start, start);
            LocalHealth health = LocalHealth.Perfect;
            Instant now = start;
            while (machine.Tick(now, default, health, NullTransportWitness.Instance).Loss is null)
            {
                if (machine.CanSendBeat(now))
                {
                    machine.TakeBeat(now, default, health);
                }

                now = machine.NextWake(now, health);
            }

            (now - start).Should().Be(TimeSpan.FromMilliseconds(3_880));
        }
    }

    [Theory]
    [InlineData(1u, 1u, 1u)]
    [InlineData(86_400_000u, 1u, 86_400_000u)]
    [InlineData(86_400_000u, 86_400_000u, 86_400_000u)]
    [InlineData(0u, 86_400_000u, 1u)]
    public void Extreme_wishes_of_a_peer_neither_overflow_nor_spin(uint rx, uint minRx, uint minTx)
    {
        foreach (TimeSpan detectWithin in new[] { TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1) - TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan })
        {
            MachineRig rig = new(detectWithin, new WireIntervals(rx, minRx, minTx));
            int looks = 0;
            for (double now = 0; now < 2_000 && looks < 1_000; now = rig.NextWake(now), looks++)
            {
                (rig.Tick(now).Loss ?? LossKind.HeartbeatTimedOut).Should().Be(LossKind.HeartbeatTimedOut);
                if (rig.Machine.CanSendBeat(MachineRig.At(now)))
                {
                    rig.Send(now);
                }
            }

            looks.Should().BeLessThan(500);
        }
    }
}
