namespace Liveness.Tests.Monitoring;

/// <summary>What the application does behind an end is none of the business of whoever brought it about.</summary>
public sealed class QueuedCompletionTests
{
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task On_the_thread_pool_it_is_complete_at_once_and_code_that_blocks_behind_it_holds_nobody_up()
    {
        QueuedCompletion completion = new(WorkQueue.ThreadPool);
        using ManualResetEventSlim setHasReturned = new();
        TaskCompletionSource<bool> waited = new();
        _ = completion.Task.ContinueWith(
            _ => waited.SetResult(setHasReturned.Wait(s_safety)),
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

        // No context and no pool: nothing but the task itself keeps what continues off this thread.
        await Task.Factory.StartNew(
            () =>
            {
                completion.Set();
                completion.Task.IsCompleted.Should().BeTrue();
                setHasReturned.Set();
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).WaitAsync(s_safety);
        (await waited.Task.WaitAsync(s_safety)).Should().BeTrue("it did not run inside of Set");
    }

    [Fact]
    public void On_a_queue_of_a_tests_own_it_waits_for_that_queue()
    {
        ManualWorkQueue queue = new();
        QueuedCompletion completion = new(queue);
        completion.Set();
        completion.Set();
        (queue.Count, completion.Task.IsCompleted).Should().Be((1, false));
        queue.RunAll();
        completion.Task.IsCompleted.Should().BeTrue();
    }
}
