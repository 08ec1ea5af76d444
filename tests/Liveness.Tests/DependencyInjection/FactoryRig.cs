using Liveness.Testing;

namespace Liveness.Tests.DependencyInjection;

/// <summary>A factory on a clock that a test moves, and a network in memory.</summary>
internal sealed class FactoryRig : IAsyncDisposable
{
    private const int MostSteps = 200_000;

    public FactoryRig(LivenessOptions? options = null)
    {
        Clock = new ManualTimeProvider { WorkQueue = Queue };
        Factory = new LivenessFactory(options ?? new LivenessOptions { DetectWithin = TimeSpan.FromSeconds(3) }, Loggers, Clock);
        Link = InMemoryLink.Create(Clock);
    }

    public ManualWorkQueue Queue { get; } = new();

    public ManualTimeProvider Clock { get; }

    public RecordingLoggers Loggers { get; } = new();

    public LivenessFactory Factory { get; }

    public InMemoryLink Link { get; }

    public async Task<(LivenessConnection Client, LivenessConnection Server)> AttachBothAsync()
    {
        Task<LivenessConnection[]> both = Task.WhenAll(Factory.AttachAsync(Link.Client, "client"), Factory.AttachAsync(Link.Server, "server"));
        await RunUntilAsync(() => both.IsCompleted);
        LivenessConnection[] connections = await both;
        return (connections[0], connections[1]);
    }

    public async Task RunUntilAsync(Func<bool> reached)
    {
        // With a context, what the heartbeat does would leave this thread, and the clock would run away from it.
        SynchronizationContext.SetSynchronizationContext(null);
        Queue.RunAll();
        for (int step = 0; !reached(); step++)
        {
            step.Should().BeLessThan(MostSteps, "what is waited for should have come by now");
            await Task.Yield();
            if (!reached())
            {
                Clock.Advance(TimeSpan.FromMilliseconds(5));
                Queue.RunAll();
            }
        }
    }

    /// <summary>The clock stands still: for what needs no time, so that nobody is late because the pool is.</summary>
    public async Task SettleAsync(Func<bool> reached)
    {
        SynchronizationContext.SetSynchronizationContext(null);
        Task hangs = Task.Delay(TimeSpan.FromMinutes(1));
        Queue.RunAll();
        while (!reached())
        {
            hangs.IsCompleted.Should().BeFalse("what is waited for needs no time");
            await Task.Yield();
            Queue.RunAll();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Factory.DisposeAsync();
        Link.Dispose();
    }
}
