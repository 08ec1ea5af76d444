using Liveness.KeepAlive;
using Liveness.Tests.Support;

namespace Liveness.Tests.Heartbeat;

/// <summary>Beneath TLS the kernel receives bytes that nobody can read yet.</summary>
public sealed class MachineHeldBackTests
{
    [Fact]
    public void Bytes_that_arrive_beneath_a_record_are_life()
    {
        MachineRig rig = new();
        for (double now = 0; now <= 30_000; now += 50)
        {
            rig.Witness = HeardAgo(700);
            rig.TickAndSendIfDue(now).Loss.Should().BeNull("bytes arrived 0.7 s before");
        }

        rig.Machine.State.Should().Be(LivenessState.Alive);
    }

    [Fact]
    public void The_bound_counts_from_the_last_of_them()
    {
        MachineRig rig = new();

        Verdict? verdict = RunSilentFrom(rig, 2_000);

        verdict!.Value.Loss.Should().Be(LossKind.HeartbeatTimedOut);
        verdict.Value.At.Should().BeInRange(5_880, 5_900);
    }

    [Fact]
    public void The_byte_that_was_read_last_is_not_life_once_more()
    {
        MachineRig rig = new();
        for (double now = 0; now <= 3_880; now += 10)
        {
            rig.Witness = HeardAgo(now - 10);
            if (rig.Tick(now).Loss is not null)
            {
                now.Should().Be(3_880);
                return;
            }
        }

        Assert.Fail("no verdict");
    }

    [Fact]
    public void With_bytes_unread_it_is_our_own_reader_that_is_asked()
    {
        MachineRig rig = new() { PoolLag = TimeSpan.FromSeconds(2) };
        for (double now = 0; now <= 10_000; now += 50)
        {
            rig.Witness = HeardAgo(100) with { Available = 64 };
            rig.TickAndSendIfDue(now).Loss.Should().BeNull();
        }

        rig.Machine.Conditions.Should().Be(ConnectionConditions.WeAreBehind);
    }

    private static Verdict? RunSilentFrom(MachineRig rig, double last)
    {
        for (double now = 0; now <= 20_000; now += 10)
        {
            rig.Witness = HeardAgo(Math.Max(0, now - last));
            if (rig.Tick(now).Loss is { } loss)
            {
                return new Verdict(loss, now);
            }
        }

        return null;
    }

    private static WitnessReading HeardAgo(double milliseconds) =>
        new(0, HidesCompletedReads: true, ReadNotParsed: false, new TcpInfoSnapshot { SinceDataReceived = TimeSpan.FromMilliseconds(milliseconds) }) { HoldsBackRecords = true };
}
