using Liveness.Tests.Support;

namespace Liveness.Tests.Heartbeat;

public class FloodGuardTests
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(20);

    [Fact]
    public void It_begins_with_sixty_four_tokens()
    {
        FloodGuard guard = new(MachineRig.At(0));

        Enumerable.Range(0, 64).Should().OnlyContain(_ => guard.TryTake(MachineRig.At(0), s_interval));
        guard.TryTake(MachineRig.At(0), s_interval).Should().BeFalse();
    }

    [Fact]
    public void One_comes_back_in_eight_ninths_of_an_interval()
    {
        FloodGuard guard = new(MachineRig.At(0));
        for (int i = 0; i < 64; i++)
        {
            guard.TryTake(MachineRig.At(0), s_interval);
        }

        guard.TryTake(MachineRig.At(17.8), s_interval).Should().BeTrue();
        guard.TryTake(MachineRig.At(17.8), s_interval).Should().BeFalse();
    }

    [Fact]
    public void Time_that_runs_backwards_gives_and_takes_nothing()
    {
        FloodGuard guard = new(MachineRig.At(1_000));

        Enumerable.Range(0, 64).Should().OnlyContain(_ => guard.TryTake(MachineRig.At(0), s_interval));
        guard.TryTake(MachineRig.At(1_000), s_interval).Should().BeFalse();
    }

    [Theory]
    [InlineData(0, 64)]
    [InlineData(4_095, 64)]
    [InlineData(4_096, 65)]
    [InlineData(1_048_576, 320)]
    public void Credit_is_worth_one_for_each_four_kibibytes_sent(ulong dataSent, int credits)
    {
        FloodGuard guard = new(MachineRig.At(0));

        Enumerable.Range(0, credits).Should().OnlyContain(_ => guard.TryTakeCredit(dataSent));
        guard.TryTakeCredit(dataSent).Should().BeFalse();
    }
}
