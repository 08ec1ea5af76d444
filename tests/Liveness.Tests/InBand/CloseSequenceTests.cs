using Liveness.Tests.Support;

namespace Liveness.Tests.InBand;

public class CloseSequenceTests
{
    [Fact]
    public void It_expires_after_the_timeout_without_progress()
    {
        CloseSequence close = Begun(timeout: 2, deadline: 10);

        close.ExpiresAt(MachineRig.At(0), LocalHealth.Perfect, TimeSpan.Zero).Should().Be(MachineRig.At(2_000));
        close.Progress(MachineRig.At(1_500));
        close.ExpiresAt(MachineRig.At(0), LocalHealth.Perfect, TimeSpan.Zero).Should().Be(MachineRig.At(3_500));
    }

    [Fact]
    public void It_expires_at_the_deadline_however_well_it_moves_on()
    {
        CloseSequence close = Begun(timeout: 2, deadline: 10);

        close.Progress(MachineRig.At(9_000));

        close.ExpiresAt(MachineRig.At(0), LocalHealth.Perfect, TimeSpan.Zero).Should().Be(MachineRig.At(10_000));
    }

    [Fact]
    public void Without_a_deadline_progress_is_all_that_counts()
    {
        CloseSequence close = Begun(timeout: 2, deadline: null);

        close.Progress(MachineRig.At(3_600_000));

        close.ExpiresAt(MachineRig.At(0), LocalHealth.Perfect, TimeSpan.Zero).Should().Be(MachineRig.At(3_602_000));
    }

    [Fact]
    public void A_timeout_of_zero_waits_for_nobody()
    {
        Begun(timeout: 0, deadline: 10).ExpiresAt(MachineRig.At(0), LocalHealth.Perfect, TimeSpan.Zero).Should().Be(MachineRig.At(0));
    }

    private static CloseSequence Begun(double timeout, double? deadline)
    {
        HeartbeatPlan plan = HeartbeatPlan.Create(new HeartbeatOptions
        {
            CloseTimeout = TimeSpan.FromSeconds(timeout),
            CloseDeadline = deadline is { } seconds ? TimeSpan.FromSeconds(seconds) : Timeout.InfiniteTimeSpan,
        });
        return new CloseSequence(plan, MachineRig.At(0));
    }
}
