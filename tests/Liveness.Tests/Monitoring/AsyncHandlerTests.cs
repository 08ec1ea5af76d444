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
