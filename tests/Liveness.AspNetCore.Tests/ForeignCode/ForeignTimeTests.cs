using Liveness.Testing;

namespace Liveness.AspNetCore.Tests.ForeignCode;

public sealed class ForeignTimeTests
{
    [Fact]
    public void What_is_called_by_a_timer_may_throw_and_is_called_again()
    {
        ManualTimeProvider clock = new();
        int calls = 0;
        using ITimer timer = ForeignTime.Every(TimeSpan.FromSeconds(5), clock, () =>
        {
            calls++;
            throw new InvalidOperationException("a factory of somebody else");
        });

        clock.Advance(TimeSpan.FromSeconds(10));

        calls.Should().Be(3);
    }

    [Fact]
    public void A_clock_that_throws_leaves_the_system_to_tell_the_time_and_to_make_the_timers()
    {
        using ManualResetEventSlim called = new();
        using ITimer timer = ForeignTime.Every(TimeSpan.FromHours(1), new BrokenClock(), called.Set);

        called.Wait(TestServer.Limit).Should().BeTrue();
        ForeignTime.UtcNow(new BrokenClock()).Should().BeCloseTo(TimeProvider.System.GetUtcNow(), TestServer.Limit);
        LastHour still = new(new BrokenClock());
        still.NoteLosses(7);
        still.Report()[^1].Losses.Should().Be(7, "a picture stands still without a clock");
    }

    [Fact]
    public void The_evidence_of_a_loss_is_told_also_where_its_exception_has_no_text()
    {
        ForeignText.Of(new UnreadableException()).Should().Contain("UnreadableException").And.Contain("NotSupportedException");
        ForeignText.Of(new IOException("gone")).Should().Be("gone");
    }

    private sealed class BrokenClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => throw new NotSupportedException();

        public override long GetTimestamp() => throw new NotSupportedException();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException();
    }

    private sealed class UnreadableException : Exception
    {
        public override string Message => throw new NotSupportedException();
    }
}
