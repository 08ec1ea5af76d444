using Liveness.Testing;

namespace Liveness.Tests.ForeignCode;

/// <summary>On the real thread pool: a queue of a test's writes lines when that says so.</summary>
public sealed class FlushTests
{
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_flush_completes_when_the_lines_before_it_are_written()
    {
        using SemaphoreSlim written = new(0);
        MisbehavingLogger slow = new() { InLog = () => written.Wait(s_safety) };
        GuardedLogger guard = WorkQueue.ThreadPool.Guard(slow);
        guard.FlushAsync().IsCompleted.Should().BeTrue("there is nothing to wait for");
        MonitoringLog.AliveAgain(guard, default);
        MonitoringLog.AliveAgain(guard, default);

        Task flushed = guard.FlushAsync();
        written.Release();
        flushed.IsCompleted.Should().BeFalse();
        written.Release();

        await flushed.WaitAsync(s_safety);
        slow.Calls.Should().Be(4, "each line is asked for, and written");
    }

    [Fact]
    public async Task Whoever_flushes_within_a_logger_does_not_wait_for_itself()
    {
        TaskCompletionSource<bool> completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        GuardedLogger guard = null!;
        guard = WorkQueue.ThreadPool.Guard(new MisbehavingLogger { InLog = () => completed.TrySetResult(guard.FlushAsync().IsCompleted) });

        MonitoringLog.AliveAgain(guard, default);

        (await completed.Task.WaitAsync(s_safety)).Should().BeTrue();
    }

    [Fact]
    public async Task A_logger_that_blocks_holds_a_dispose_up_for_a_second_and_no_longer()
    {
        using ManualResetEventSlim released = new();
        using InMemoryLink link = InMemoryLink.Create(TimeProvider.System);
        MisbehavingLogger blocked = new() { InLog = () => released.Wait(s_safety * 2) };
        HeartbeatStream stream = new(link.Client, new HeartbeatOptions { DetectWithin = TimeSpan.FromMilliseconds(200), Logger = blocked });
        await using HeartbeatStream peer = new(link.Server, new HeartbeatOptions { DetectWithin = TimeSpan.FromMilliseconds(200) });
        await Task.WhenAll(stream.StartAsync(), peer.StartAsync()).WaitAsync(s_safety);
        link.Cut();
        (await stream.Monitor.Completion.WaitAsync(s_safety)).Should().NotBeNull();

        long begun = TimeProvider.System.GetTimestamp();
        await stream.DisposeAsync().AsTask().WaitAsync(s_safety);

        TimeProvider.System.GetElapsedTime(begun).Should().BeLessThan(s_safety / 2);
        released.Set();
    }
}
