using Liveness.Testing;

namespace Liveness.Tests.InBand;

/// <summary>
/// Two heartbeat streams over a link in memory, on a clock and a work queue that only the test drives: nothing runs on another thread.
/// </summary>
internal sealed class StreamFixture : IDisposable
{
    private readonly Lazy<HeartbeatStream> _client;
    private readonly Lazy<HeartbeatStream> _server;
    private readonly SynchronizationContext? _contextBefore = SynchronizationContext.Current;

    public StreamFixture(HeartbeatOptions? client = null, HeartbeatOptions? server = null)
    {
        Clock = new ManualTimeProvider { WorkQueue = Queue };
        Link = InMemoryLink.Create(Clock);
        _client = new(() => new HeartbeatStream(Link.Client, With(client)));
        _server = new(() => new HeartbeatStream(Link.Server, With(server)));

        // With a context, continuations would leave this thread.
        SynchronizationContext.SetSynchronizationContext(null);
    }

    public static TimeSpan T { get; } = TimeSpan.FromSeconds(2);

    public ManualWorkQueue Queue { get; } = new();

    public ManualTimeProvider Clock { get; }

    public InMemoryLink Link { get; }

    /// <summary>Made on first use: a test may wrap the link's end itself.</summary>
    public HeartbeatStream Client => _client.Value;

    /// <inheritdoc cref="Client"/>
    public HeartbeatStream Server => _server.Value;

    public RecordingLogger Logger { get; } = new();

    /// <summary>A fixture whose handshake is through.</summary>
    public static StreamFixture Opened(HeartbeatOptions? client = null, HeartbeatOptions? server = null)
    {
        StreamFixture fixture = new(client, server);
        Task clientStarts = fixture.Client.StartAsync();
        Task serverStarts = fixture.Server.StartAsync();
        fixture.Run();
        clientStarts.IsCompletedSuccessfully.Should().BeTrue();
        serverStarts.IsCompletedSuccessfully.Should().BeTrue();
        return fixture;
    }

    /// <summary>Gives options this fixture's clock, its logger and, where nothing else was asked for, its T.</summary>
    public HeartbeatOptions With(HeartbeatOptions? options = null)
    {
        options ??= new HeartbeatOptions { DetectWithin = T };
        options.TimeProvider = Clock;
        options.AbortTransport ??= static stream => InMemoryLink.Abort(stream);
        options.Logger = Logger;
        return options;
    }

    /// <summary>Everything that can happen without time passing.</summary>
    public void Run() => Queue.RunAll();

    /// <summary>Lets time pass, from timer to timer, and everything happen that falls due.</summary>
    public void Advance(TimeSpan by)
    {
        DateTimeOffset end = Clock.GetUtcNow() + by;
        Run();
        while (Clock.NextTimerDue is { } due && due <= end)
        {
            Clock.AdvanceTo(due);
            Run();
        }

        Clock.AdvanceTo(end);
        Run();
    }

    /// <summary>Lets time pass until the task has ended, at most as long as said.</summary>
    public TimeSpan AdvanceUntil(Task task, TimeSpan limit)
    {
        DateTimeOffset begun = Clock.GetUtcNow();
        Run();
        while (!task.IsCompleted && Clock.NextTimerDue is { } due && due - begun <= limit)
        {
            Clock.AdvanceTo(due);
            Run();
        }

        task.IsCompleted.Should().BeTrue("it must end within {0}", limit);
        return Clock.GetUtcNow() - begun;
    }

    public Exception Failure(Task task)
    {
        Run();
        task.IsCompleted.Should().BeTrue();
        return task.Exception?.InnerException ?? (task.IsCanceled ? new OperationCanceledException() : throw new InvalidOperationException("It has not failed."));
    }

    public T Result<T>(ValueTask<T> operation) => Result(operation.AsTask());

    public T Result<T>(Task<T> task)
    {
        Run();
        task.IsCompleted.Should().BeTrue("nothing is left that it could wait for");
        return task.GetAwaiter().GetResult();
    }

    public void Result(ValueTask operation) => Result(operation.AsTask());

    public void Result(Task task)
    {
        Run();
        task.IsCompleted.Should().BeTrue("nothing is left that it could wait for");
        task.GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        SynchronizationContext.SetSynchronizationContext(_contextBefore);
        Link.Dispose();
        Run();
    }
}
