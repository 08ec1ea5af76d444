namespace Liveness.Tests.StreamContract;

// What is done here to a ValueTask, and where it goes on, is what is tested.
#pragma warning disable CA2012, xUnit1030

/// <summary>Where the code behind an await goes on, and with which context.</summary>
public sealed class ContinuationContract
{
    private static readonly AsyncLocal<int> s_local = new();

    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task It_goes_on_in_the_callers_synchronization_context_unless_that_is_not_wanted(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        foreach (bool wanted in (bool[])[true, false])
        {
            CountingContext context = new();
            Task<SynchronizationContext?> seen = await KeptThreads.Run(
                () =>
                {
                    SynchronizationContext.SetSynchronizationContext(context);
                    try
                    {
                        return ReadAndLookAsync(streams.Server, wanted, static () => SynchronizationContext.Current);
                    }
                    finally
                    {
                        SynchronizationContext.SetSynchronizationContext(null);
                    }
                });
            await Hands.Within(streams.Client.WriteAsync(new byte[] { 1 }));
            (await Hands.Within(seen)).Should().Be(wanted ? context : null);
            context.Posts.Should().Be(wanted ? 1 : 0);
        }
    }

    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task It_goes_on_in_the_callers_task_scheduler_unless_that_is_not_wanted(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        foreach (bool wanted in (bool[])[true, false])
        {
            TaskScheduler own = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;
            Task<TaskScheduler> seen = await Task.Factory.StartNew(
                () => ReadAndLookAsync(streams.Server, wanted, static () => TaskScheduler.Current),
                CancellationToken.None, TaskCreationOptions.None, own);
            await Hands.Within(streams.Client.WriteAsync(new byte[] { 1 }));
            (await Hands.Within(seen)).Should().BeSameAs(wanted ? own : TaskScheduler.Default);
        }
    }

    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task What_is_local_to_the_caller_is_there_behind_the_await_and_nobody_elses(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        for (int round = 1; round < 4; round++)
        {
            s_local.Value = round;
            Task<int> seen = ReadAndLookAsync(streams.Server, wantsContext: false, static () => s_local.Value);
            s_local.Value = 100 + round;
            await Hands.Within(streams.Client.WriteAsync(new byte[] { 1 }));
            (await Hands.Within(seen)).Should().Be(round);
        }
    }

    /// <summary>OnCompleted takes the execution context along; UnsafeOnCompleted leaves that to its caller.</summary>
    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task A_continuation_by_hand_gets_the_context_only_where_it_is_promised(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        foreach (bool flows in (bool[])[true, false])
        {
            TaskCompletionSource<int> seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
            ValueTask<int> reading = streams.Server.ReadAsync(new byte[1]);
            Action look = () => seen.SetResult(s_local.Value);
            s_local.Value = 42;
            if (flows)
            {
                reading.ConfigureAwait(false).GetAwaiter().OnCompleted(look);
            }
            else
            {
                reading.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(look);
            }

            s_local.Value = 0;
            await Hands.Within(streams.Client.WriteAsync(new byte[] { 1 }));
            (await Hands.Within(seen.Task)).Should().Be(flows ? 42 : 0);
            (await reading).Should().Be(1);
        }
    }

    private static async Task<T> ReadAndLookAsync<T>(Stream stream, bool wantsContext, Func<T> look)
    {
        await stream.ReadAsync(new byte[1]).ConfigureAwait(wantsContext);
        return look();
    }

    private sealed class CountingContext : SynchronizationContext
    {
        private int _posts;

        public int Posts => Volatile.Read(ref _posts);

        public override void Post(SendOrPostCallback d, object? state)
        {
            Interlocked.Increment(ref _posts);
            ThreadPool.QueueUserWorkItem(_ =>
            {
                SetSynchronizationContext(this);
                try
                {
                    d(state);
                }
                finally
                {
                    SetSynchronizationContext(null);
                }
            });
        }
    }
}
