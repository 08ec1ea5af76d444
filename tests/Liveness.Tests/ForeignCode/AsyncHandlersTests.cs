using Liveness.Testing;

namespace Liveness.Tests.ForeignCode;

/// <summary>
/// An <c>async void</c> handler that throws after its first await ends a process, unless whoever calls it has a net there, too. On the real
/// thread pool.
/// </summary>
public sealed class AsyncHandlersTests
{
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(30);
    private static readonly HeartbeatOptions s_plain = new() { DetectWithin = TimeSpan.FromMilliseconds(200) };

    private static readonly Dictionary<string, Action<ConnectionMonitor>> s_handlers = new(StringComparer.Ordinal)
    {
        ["ConnectionLost"] = monitor => monitor.ConnectionLost += async (_, _) => await FailLater(),
        ["StateChanged"] = monitor => monitor.StateChanged += async (_, _) => await FailLater(),
        ["LostToken"] = monitor => monitor.LostToken.Register(async () => await FailLater()),
        ["EndedToken"] = monitor => monitor.EndedToken.Register(async () => await FailLater()),
        ["Abort"] = _ => { },
    };

    public static TheoryData<string> Handlers => [.. s_handlers.Keys];

    [Theory]
    [MemberData(nameof(Handlers))]
    public async Task What_an_async_handler_throws_after_it_has_waited_costs_a_line_and_no_process(string handler)
    {
        using InMemoryLink link = InMemoryLink.Create(TimeProvider.System);
        RecordingLogger logger = new();
        Action<Stream>? abort = handler == "Abort" ? async _ => await FailLater() : null;
        await using HeartbeatStream stream = new(link.Client, new HeartbeatOptions { DetectWithin = s_plain.DetectWithin, Logger = logger, AbortTransport = abort });
        await using HeartbeatStream peer = new(link.Server, s_plain);
        await Task.WhenAll(stream.StartAsync(), peer.StartAsync()).WaitAsync(s_safety);
        s_handlers[handler](stream.Monitor);

        link.Reset();

        (await stream.Monitor.Completion.WaitAsync(s_safety)).Should().NotBeNull();
        await logger.FirstAsync("HandlerThrew").WaitAsync(s_safety);
        RecordingLogger.Entry line = logger.Entries.First(entry => entry.EventName == "HandlerThrew");
        line.Exception!.Message.Should().Be("after an await");
        line.Text.Should().Contain(handler);
    }

    [Fact]
    public async Task It_goes_on_in_a_context_that_keeps_its_net_and_the_thread_keeps_its_own()
    {
        GuardedLogger logger = WorkQueue.ThreadPool.Guard(new RecordingLogger());
        TaskCompletionSource<(SynchronizationContext? First, SynchronizationContext? Later)> seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        SynchronizationContext? before = SynchronizationContext.Current;

        global::Liveness.ForeignCode.Call(Handler, logger, "a handler");

        SynchronizationContext.Current.Should().BeSameAs(before);
        (SynchronizationContext? first, SynchronizationContext? later) = await seen.Task.WaitAsync(s_safety);
        first.Should().BeSameAs(logger.ContextOf("a handler"));
        later.Should().BeSameAs(first);

        async void Handler()
        {
            SynchronizationContext? first = SynchronizationContext.Current;
            await Task.Yield();
            seen.SetResult((first, SynchronizationContext.Current));
        }
    }

    private static async Task FailLater()
    {
        await Task.Yield();
        throw new InvalidOperationException("after an await");
    }
}
