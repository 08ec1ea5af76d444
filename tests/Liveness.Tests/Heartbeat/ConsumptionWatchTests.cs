using Liveness.Tests.Support;

namespace Liveness.Tests.Heartbeat;

public class ConsumptionWatchTests
{
    private static readonly TimeSpan s_after = TimeSpan.FromSeconds(1);

    [Fact]
    public void Nothing_waits_at_first_or_once_all_is_taken()
    {
        ConsumptionWatch watch = default;
        watch.StalledAt(s_after).Should().Be(Instant.Never);
        watch.Observe(10, 5, MachineRig.At(0));
        watch.StalledAt(s_after).Should().Be(MachineRig.At(1_000));

        watch.Observe(10, 10, MachineRig.At(100));

        watch.StalledAt(s_after).Should().Be(Instant.Never);
        watch.IsStalled(MachineRig.At(10_000), s_after).Should().BeFalse();
    }

    [Fact]
    public void It_stalls_exactly_after_the_time_without_progress()
    {
        ConsumptionWatch watch = default;
        watch.Observe(10, 5, MachineRig.At(0));
        watch.Observe(20, 5, MachineRig.At(900));

        watch.IsStalled(MachineRig.At(999.9), s_after).Should().BeFalse();
        watch.IsStalled(MachineRig.At(1_000), s_after).Should().BeTrue("more to take is no progress");
        watch.Observe(20, 6, MachineRig.At(1_000));
        watch.IsStalled(MachineRig.At(1_999), s_after).Should().BeFalse();
    }

    [Fact]
    public void An_idle_time_before_does_not_count()
    {
        ConsumptionWatch watch = default;
        watch.Observe(10, 10, MachineRig.At(0));
        watch.Observe(11, 10, MachineRig.At(60_000));

        watch.StalledAt(s_after).Should().Be(MachineRig.At(61_000));
    }

    [Fact]
    public void For_ever_is_never()
    {
        ConsumptionWatch watch = default;
        watch.Observe(10, 5, MachineRig.At(0));

        watch.StalledAt(TimeSpan.MaxValue).Should().Be(Instant.Never);
        watch.IsStalled(MachineRig.At(1e9), TimeSpan.MaxValue).Should().BeFalse();
    }
}
