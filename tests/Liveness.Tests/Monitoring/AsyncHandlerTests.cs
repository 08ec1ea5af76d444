using System.Runtime.CompilerServices;
using Liveness.Testing;

namespace Liveness.Tests;

/// <summary>Handlers that return a task.</summary>
public sealed class AsyncHandlerTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly MonitorFixture _fixture = new();

    public AsyncHandlerTests() => _fixture.Connection.Clock = _clock;

    private ConnectionMonitor Monitor => _fixture.Monitor;

    [Fact]
    public async Task The_next_handler_is_called_when_the_task_of_the_one_before_is_done()
    {
        TaskCompletionSource goOn = new();
        Monitor.OnLost(async e =>
        {
            _fixture.Seen.Add("begun");
            await goOn.Task;
            _fixture.Seen.Add("done");
        });
        Monitor.ConnectionEnded += (_, _) => _fixture.Seen.Add("ended");
        Monitor.TryLose(MonitorFixture.NewLoss(), null);
        _fixture.Queue.RunAll();
        _fixture.Seen.Should().Equal("begun");

        goOn.SetResult();
        await RunUntilAsync(() => _fixture.Seen.Contains("ended"));

        _fixture.Seen.Should().Equal("begun", "done", "ended");
    }

    [Fact]
    public async Task What_a_task_fails_with_is_logged_and_the_next_handler_is_called()
    {
        Monitor.OnEnded(async _ =>
        {
            await Task.Yield();
            throw new InvalidOperationException("no");
        });
        Monitor.OnEnded(_ => Task.FromException(new InvalidOperationException("at once")));
        Monitor.OnEnded(_ => throw new InvalidOperationException("before there is a task"));
        Monitor.OnEnded(_ => null!);
        Monitor.OnEnded(_ =>
        {
            _fixture.Seen.Add("told");
            return Task.CompletedTask;
        });
        Monitor.TryClose(null);
        await RunUntilAsync(() => _fixture.Seen.Contains("told"));

        _fixture.Logger.Entries.Count(entry => entry.EventName == "HandlerThrew").Should().Be(3);
    }

    [Fact]
    public async Task A_task_that_never_ends_holds_the_next_handler_up_for_half_a_minute()
    {
        TaskCompletionSource never = new();
        Monitor.OnEnded(_ => never.Task);
        Monitor.ConnectionEnded += (_, _) => _fixture.Seen.Add("told");
        Monitor.TryClose(null);
        await RunUntilAsync(() => _clock.NextTimerDue is not null);
        _clock.Advance(TimeSpan.FromSeconds(29.9));
        _fixture.Queue.RunAll();
        _fixture.Seen.Should().BeEmpty();

        _clock.Advance(TimeSpan.FromSeconds(0.1));
        await RunUntilAsync(() => _fixture.Seen.Contains("told"));

        _fixture.Logger.Entries.Should().ContainSingle(entry => entry.EventName == "HandlerOverdue");
    }

    [Fact]
    public async Task A_dispose_from_within_does_not_wait_for_the_handler_after_an_await_neither()
    {
        bool isInside = false;
        Monitor.OnEnded(async _ =>
        {
            await Task.Yield();
            isInside = Monitor.IsInsideHandler;
            await Monitor.DrainAsync();
            _fixture.Seen.Add("disposed");
        });
        Monitor.TryClose(null);
        await RunUntilAsync(() => _fixture.Seen.Contains("disposed"));

        isInside.Should().BeTrue();
        Monitor.IsInsideHandler.Should().BeFalse("whoever calls the handlers is in none when it has returned");
    }

    [Fact]
    public async Task What_outlives_a_handler_is_not_taken_for_it()
    {
        TaskCompletionSource over = new();
        Task<bool>? isInside = null;
        Monitor.OnEnded(_ =>
        {
            isInside = LaterAsync();
            return Task.CompletedTask;
        });
        Monitor.TryClose(null);
        _fixture.Queue.RunAll();
        over.SetResult();

        (await isInside!).Should().BeFalse();

        async Task<bool> LaterAsync()
        {
            await over.Task;
            return Monitor.IsInsideHandler;
        }
    }

    [Fact]
    public async Task A_drain_waits_for_a_task_that_runs()
    {
        TaskCompletionSource goOn = new();
        Monitor.OnEnded(_ => goOn.Task);
        Monitor.TryClose(null);
        _fixture.Queue.RunAll();

        Task drain = _fixture.Drain();
        drain.IsCompleted.Should().BeFalse();
        goOn.SetResult();
        await RunUntilAsync(() => drain.IsCompleted);
    }

    [Fact]
    public void A_handler_is_taken_away_by_disposing_what_was_returned()
    {
        IDisposable removal = Monitor.OnEnded(_ =>
        {
            _fixture.Seen.Add("never");
            return Task.CompletedTask;
        });
        removal.Dispose();
        removal.Dispose();
        Monitor.TryClose(null);
        _fixture.Queue.RunAll();

        _fixture.Seen.Should().BeEmpty();
    }

    [Fact]
    public async Task Changes_of_the_state_that_come_while_a_task_runs_are_merged()
    {
        TaskCompletionSource goOn = new();
        Monitor.OnStateChanged(async e =>
        {
            _fixture.Seen.Add($"{e.OldState}>{e.NewState}");
            await goOn.Task;
        });
        _fixture.Update(LivenessState.Alive);
        _fixture.Queue.RunAll();
        _fixture.Update(LivenessState.Suspect);
        _fixture.Update(LivenessState.Alive);
        _fixture.Update(LivenessState.Suspect);
        goOn.SetResult();
        await RunUntilAsync(() => _fixture.Seen.Count == 2);

        _fixture.Seen.Should().Equal("Connecting>Alive", "Alive>Suspect");
    }

    [Fact]
    public async Task What_outlives_a_handler_that_awaited_is_not_taken_for_it_either()
    {
        TaskCompletionSource goOn = new();
        TaskCompletionSource over = new();
        Task<bool>? isInside = null;
        Monitor.OnEnded(async _ =>
        {
            isInside = LaterAsync();
            await goOn.Task;
        });
        Monitor.ConnectionEnded += (_, _) => _fixture.Seen.Add("the next one");
        Monitor.TryClose(null);
        _fixture.Queue.RunAll();
        goOn.SetResult();
        await RunUntilAsync(() => _fixture.Seen.Count > 0);
        over.SetResult();

        (await isInside!).Should().BeFalse();

        async Task<bool> LaterAsync()
        {
            await over.Task;
            return Monitor.IsInsideHandler;
        }
    }

    [Fact]
    public void Whoever_calls_a_handler_is_in_none_when_its_task_has_begun()
    {
        Monitor.OnEnded(_ => new TaskCompletionSource().Task);
        Monitor.TryClose(null);
        _fixture.Queue.RunAll();

        Monitor.IsInsideHandler.Should().BeFalse();
    }

    /// <summary>A loop that a handler starts, to connect again, may live as long as the process.</summary>
    [Fact]
    public async Task What_outlives_a_handler_does_not_hold_its_connection()
    {
        TaskCompletionSource over = new();
        (WeakReference monitor, Task loop) = BeginLoop(over.Task);
        for (int i = 0; i < 20 && monitor.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        monitor.IsAlive.Should().BeFalse();
        over.SetResult();
        await loop;
    }

    [Fact]
    public async Task A_task_that_never_ends_holds_a_dispose_up_for_the_bound_and_nobody_behind_it_is_called()
    {
        Monitor.OnEnded(_ => new TaskCompletionSource().Task);
        Monitor.ConnectionEnded += (_, _) => _fixture.Seen.Add("told");
        Monitor.TryClose(null);
        _fixture.Queue.RunAll();
        Task drain = Monitor.DrainAsync(isInsideHandler: false, TimeSpan.FromSeconds(5), _clock).AsTask();
        _clock.Advance(TimeSpan.FromSeconds(4.9));
        _fixture.Queue.RunAll();
        drain.IsCompleted.Should().BeFalse();

        _clock.Advance(TimeSpan.FromSeconds(0.2));
        await RunUntilAsync(() => drain.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(60));
        await RunUntilAsync(() => _fixture.Logger.Entries.Any(entry => entry.EventName == "HandlerOverdue"));
        _fixture.Queue.RunAll();

        _fixture.Seen.Should().BeEmpty();
        _fixture.Logger.Entries.Should().ContainSingle(entry => entry.EventName == "HandlerStillRuns")
            .Which.Text.Should().StartWith("ConnectionEnded still runs after 00:00:05");
    }

    [Fact]
    public async Task What_a_task_fails_with_that_was_given_up_is_logged_all_the_same()
    {
        TaskCompletionSource late = new();
        Monitor.OnEnded(_ => late.Task);
        Monitor.TryClose(null);
        await RunUntilAsync(() => _clock.NextTimerDue is not null);
        _clock.Advance(TimeSpan.FromSeconds(30));
        await RunUntilAsync(() => _fixture.Logger.Entries.Any(entry => entry.EventName == "HandlerOverdue"));

        late.SetException(new InvalidOperationException("late"));

        await RunUntilAsync(() => _fixture.Logger.Entries.Any(entry => entry.EventName == "HandlerThrew"));
    }

    [Fact]
    public async Task The_order_of_the_events_is_kept_over_tasks()
    {
        Monitor.OnEnded(_ => SayAsync("ended"));
        Monitor.OnLost(_ => SayAsync("lost"));
        Monitor.OnStateChanged(e => SayAsync($"{e.OldState}>{e.NewState}"));
        Monitor.TryLose(MonitorFixture.NewLoss(), null);
        await RunUntilAsync(() => _fixture.Seen.Contains("ended"));

        _fixture.Seen.Should().Equal("Connecting>Lost", "lost", "ended");
    }

    [Fact]
    public async Task A_handler_that_another_one_adds_while_its_task_runs_is_called_once_behind_it()
    {
        Monitor.OnEnded(async _ =>
        {
            await SayAsync("first");
            Monitor.OnEnded(_ => SayAsync("second"));
            Monitor.ConnectionLost += (_, _) => _fixture.Seen.Add("never: it was closed");
            await SayAsync("first is done");
        });
        Monitor.TryClose(null);
        await RunUntilAsync(() => _fixture.Seen.Contains("second"));
        _fixture.Queue.RunAll();

        _fixture.Seen.Should().Equal("first", "first is done", "second");
    }

    [Fact]
    public async Task A_handler_that_is_taken_away_while_the_one_before_runs_is_not_called()
    {
        TaskCompletionSource goOn = new();
        Monitor.OnEnded(_ => goOn.Task);
        IDisposable removal = Monitor.OnEnded(_ => SayAsync("never"));
        Monitor.OnEnded(_ => SayAsync("told"));
        Monitor.TryClose(null);
        _fixture.Queue.RunAll();
        removal.Dispose();
        goOn.SetResult();
        await RunUntilAsync(() => _fixture.Seen.Count > 0);

        _fixture.Seen.Should().Equal("told");
    }

    [Fact]
    public async Task What_is_due_of_the_end_is_told_after_a_dispose_from_within_a_task()
    {
        Monitor.OnStateChanged(async _ =>
        {
            await Task.Yield();
            await Monitor.DrainAsync();
            _fixture.Seen.Add("disposed");
        });
        Monitor.OnLost(_ => SayAsync("lost"));
        Monitor.OnEnded(_ => SayAsync("ended"));
        Monitor.TryLose(MonitorFixture.NewLoss(), null);
        await RunUntilAsync(() => _fixture.Seen.Contains("ended"));

        _fixture.Seen.Should().Equal("disposed", "lost", "ended");
    }

    [Fact]
    public async Task What_a_handler_calls_is_inside_of_its_own_monitor_only()
    {
        MonitorFixture other = new();
        bool? isInside = null;
        Monitor.OnEnded(async _ =>
        {
            await Task.Yield();
            isInside = other.Monitor.IsInsideHandler;
        });
        Monitor.TryClose(null);
        await RunUntilAsync(() => isInside is not null);

        isInside.Should().BeFalse();
    }

    /// <summary>In a method of its own, so that nothing on the stack holds the connection.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (WeakReference Monitor, Task Loop) BeginLoop(Task until)
    {
        Task? loop = null;
        MonitorFixture fixture = new();
        fixture.Monitor.OnEnded(_ =>
        {
            loop = LoopAsync(until);
            return Task.CompletedTask;
        });
        fixture.Monitor.TryClose(null);
        fixture.Queue.RunAll();
        return (new WeakReference(fixture.Monitor), loop!);
    }

    private static async Task LoopAsync(Task until) => await until;

    private async Task SayAsync(string what)
    {
        await Task.Yield();
        _fixture.Seen.Add(what);
    }

    private async Task RunUntilAsync(Func<bool> reached)
    {
        using CancellationTokenSource late = new(MonitorFixture.SafetyNet);
        while (!reached())
        {
            late.Token.ThrowIfCancellationRequested();
            _fixture.Queue.RunAll();
            await Task.Yield();
        }
    }
}
