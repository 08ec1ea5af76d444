using Liveness.Testing;

namespace Liveness.Tests.ForeignCode;

public sealed class ForeignThreadsTests
{
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(30);

    private readonly ManualTimeProvider _clock;
    private readonly ManualWorkQueue _pool = new();
    private readonly ForeignThreads _threads;

    public ForeignThreadsTests()
    {
        _clock = new ManualTimeProvider { WorkQueue = new ManualWorkQueue() };
        _threads = new ForeignThreads(LivenessScheduler.For(_clock), _pool, mostOnPool: 1);
    }

    [Fact]
    public void However_many_calls_wait_the_pool_gets_one_item()
    {
        List<int> called = [];
        for (int i = 0; i < 1_000; i++)
        {
            int number = i;
            _threads.Post(new ForeignCall(() => called.Add(number)));
        }

        _pool.Count.Should().Be(1);
        _pool.RunAll();
        called.Should().Equal(Enumerable.Range(0, 1_000));
    }

    [Fact]
    public async Task Calls_that_wait_for_each_other_all_return_for_threads_are_added_while_the_oldest_waits()
    {
        const int Count = 40;
        using CountdownEvent all = new(Count);
        Task[] returned = [.. Enumerable.Range(0, Count).Select(_ =>
        {
            TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _threads.Post(new ForeignCall(() =>
            {
                all.Signal();
                all.Wait(s_safety);
                done.SetResult();
            }));
            return done.Task;
        })];

        // The pool is starved by somebody else: nothing of it runs at all.
        for (int look = 0; look < Count; look++)
        {
            _clock.Advance(ForeignThreads.Patience);
        }

        await Task.WhenAll(returned).WaitAsync(s_safety);
    }

    [Fact]
    public void What_a_call_throws_is_caught_and_the_next_is_called()
    {
        bool called = false;
        _threads.Post(new ForeignCall(() => throw new InvalidOperationException("code of others")));
        _threads.Post(new ForeignCall(() => called = true));

        _pool.RunAll();

        called.Should().BeTrue();
    }
}
