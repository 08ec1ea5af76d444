namespace Liveness.Tests.InBand;

public class UnreadBudgetTests
{
    [Fact]
    public void It_gives_what_it_has_and_no_more()
    {
        UnreadBudget budget = new(100);

        budget.Take(70).Should().Be(70);
        budget.Take(70).Should().Be(30);
        budget.Take(1).Should().Be(0);
        budget.Return(50);
        budget.Take(70).Should().Be(50);
        budget.Taken.Should().Be(100);
    }

    [Fact]
    public void A_lower_limit_takes_nothing_back_and_gives_nothing_more()
    {
        UnreadBudget budget = new(100);
        budget.Take(80);

        budget.Limit = 50;

        budget.Taken.Should().Be(80);
        budget.Take(1).Should().Be(0);
        budget.Return(40);
        budget.Take(20).Should().Be(10);
    }

    [Fact]
    public void Many_threads_never_take_more_than_there_is()
    {
        UnreadBudget budget = new(1_000);
        long most = 0;
        Parallel.For(0, 10_000, i =>
        {
            int got = budget.Take(1 + (i % 700));
            InterlockedMax(ref most, budget.Taken);
            budget.Return(got);
        });

        budget.Taken.Should().Be(0);
        most.Should().BeInRange(1, 1_000);
    }

    [Fact]
    public void The_one_of_the_process_has_a_least_value_and_can_be_set()
    {
        HeartbeatStream.UnreadBudget.Should().Be(256L * 1024 * 1024);

        Action tooLittle = () => HeartbeatStream.UnreadBudget = 1_048_575;

        tooLittle.Should().Throw<ArgumentOutOfRangeException>().WithMessage(
            "UnreadBudget is 1048575 bytes, but must be at least 1048576 (1 MiB). The default is 268435456.*");
        HeartbeatStream.UnreadBudget = 256L * 1024 * 1024;
        UnreadBudget.Shared.Limit.Should().Be(256L * 1024 * 1024);
    }

    private static void InterlockedMax(ref long most, long value)
    {
        long seen = Interlocked.Read(ref most);
        while (value > seen && Interlocked.CompareExchange(ref most, value, seen) is var found && found != seen)
        {
            seen = found;
        }
    }
}
