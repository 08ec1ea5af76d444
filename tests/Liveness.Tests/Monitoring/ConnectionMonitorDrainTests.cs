namespace Liveness.Tests;

public sealed class ConnectionMonitorDrainTests
{
    [Fact]
    public async Task A_drain_waits_for_a_handler_that_runs_and_then_starts_none()
    {
        MonitorFixture fixture = new();
        using ManualResetEventSlim entered = new();
        using ManualResetEventSlim release = new();
        fixture.Monitor.StateChanged += (_, e) =>
        {
            entered.Set();
            release.Wait(MonitorFixture.SafetyNet);
            fixture.Seen.Add(e.NewState.ToString());
        };
        fixture.Monitor.StateChanged += (_, _) => fixture.Seen.Add("started after the drain");
        fixture.Update(LivenessState.Alive);
        Task pool = Task.Run(fixture.Queue.RunAll);
        entered.Wait(MonitorFixture.SafetyNet).Should().BeTrue();

        Task drain = fixture.Drain();
        fixture.Update(LivenessState.Suspect);
        drain.IsCompleted.Should().BeFalse();
        release.Set();
        await drain.WaitAsync(MonitorFixture.SafetyNet);

        await pool.WaitAsync(MonitorFixture.SafetyNet);
        fixture.Queue.RunAll();
        fixture.Seen.Should().Equal("Alive");
    }

    [Fact]
    public void A_drain_with_nothing_to_wait_for_is_complete_at_once()
    {
        MonitorFixture fixture = new MonitorFixture().Record();
        fixture.Update(LivenessState.Alive);

        fixture.Drain().IsCompletedSuccessfully.Should().BeTrue("a change that was not delivered yet is not waited for");

        fixture.Queue.RunAll();
        fixture.Monitor.TryLose(MonitorFixture.NewLoss(), null);
        fixture.Monitor.ConnectionLost += (_, _) => fixture.Seen.Add("late");
        fixture.Queue.RunAll();
        fixture.Seen.Should().BeEmpty();
    }

    [Fact]
    public async Task A_drain_waits_for_the_events_of_an_end_that_has_happened()
    {
        MonitorFixture fixture = new MonitorFixture().Record();
        fixture.Update(LivenessState.Alive);
        fixture.Monitor.TryLose(MonitorFixture.NewLoss(), null);

        Task drain = fixture.Drain();

        drain.IsCompleted.Should().BeFalse();
        fixture.Queue.RunAll();
        await WithLines(drain);
        fixture.Seen.Should().Equal("Connecting>Lost", "lost:connection_reset");
        fixture.Monitor.ConnectionLost += (_, _) => fixture.Seen.Add("late");
        fixture.Queue.RunAll();
        fixture.Seen.Should().HaveCount(2);
        await WithLines(fixture.Drain());
    }

    [Fact]
    public async Task A_handler_added_after_the_loss_but_before_the_drain_is_waited_for()
    {
        MonitorFixture fixture = new();
        fixture.Monitor.TryLose(MonitorFixture.NewLoss(), null);
        fixture.Queue.RunAll();
        fixture.Monitor.ConnectionLost += (_, _) => fixture.Seen.Add("late");

        Task drain = fixture.Drain();

        drain.IsCompleted.Should().BeFalse();
        fixture.Queue.RunAll();
        await WithLines(drain);
        fixture.Seen.Should().Equal("late");
    }

    [Fact]
    public void A_drain_from_within_a_handler_does_not_wait_and_the_end_is_still_told_to_everybody()
    {
        MonitorFixture fixture = new();
        bool? completed = null;
        fixture.Monitor.ConnectionLost += (_, _) => completed = fixture.Drain().IsCompleted;
        fixture.Monitor.ConnectionLost += (_, _) => fixture.Seen.Add("second handler of the same loss");

        fixture.Monitor.TryLose(MonitorFixture.NewLoss(), null);
        fixture.Queue.RunAll();

        completed.Should().BeTrue();
        fixture.Seen.Should().Equal("second handler of the same loss");
    }

    [Fact]
    public void A_close_from_within_a_state_handler_delivers_the_end_and_nothing_else()
    {
        MonitorFixture fixture = new();
        fixture.Monitor.StateChanged += (_, e) =>
        {
            fixture.Seen.Add($"{e.OldState}>{e.NewState}");
            if (e.NewState == LivenessState.Suspect)
            {
                fixture.Update(LivenessState.Alive);
                fixture.Monitor.TryClose(null);
                fixture.Drain().IsCompleted.Should().BeTrue();
            }
        };

        fixture.Update(LivenessState.Suspect);
        fixture.Queue.RunAll();

        fixture.Seen.Should().Equal("Connecting>Suspect", "Suspect>Closed");
    }

    [Fact]
    public void A_drain_from_within_a_token_callback_does_not_wait()
    {
        MonitorFixture fixture = new MonitorFixture().Record();
        bool? completed = null;
        fixture.Monitor.LostToken.Register(() => completed = fixture.Drain().IsCompleted);

        fixture.Monitor.TryLose(MonitorFixture.NewLoss(), null);
        fixture.Queue.RunAll();

        completed.Should().BeTrue();
        fixture.Seen.Should().Equal("Connecting>Lost", "lost:connection_reset");
    }

    [Fact]
    public void Being_inside_is_known_per_monitor_and_ends_with_the_handler()
    {
        MonitorFixture fixture = new();
        MonitorFixture other = new();
        List<bool> inside = [];
        other.Monitor.StateChanged += (_, _) => inside.AddRange([fixture.Monitor.IsInsideHandler, other.Monitor.IsInsideHandler]);
        fixture.Monitor.StateChanged += (_, _) =>
        {
            other.Update(LivenessState.Alive);
            other.Queue.RunAll();
            inside.AddRange([fixture.Monitor.IsInsideHandler, other.Monitor.IsInsideHandler]);
        };

        fixture.Update(LivenessState.Alive);
        fixture.Queue.RunAll();

        inside.Should().Equal(false, true, true, false);
        fixture.Monitor.IsInsideHandler.Should().BeFalse();
    }

    [Fact]
    public async Task Who_read_on_entry_that_it_is_inside_may_await_before_it_drains()
    {
        MonitorFixture fixture = new();
        fixture.Monitor.ConnectionLost += (_, _) =>
        {
            // As a user does who disposes synchronously from a handler: the drain runs on another thread while the handler waits.
            bool isInside = fixture.Monitor.IsInsideHandler;
            Task.Run(() => fixture.Monitor.DrainAsync(isInside).AsTask()).Wait(MonitorFixture.SafetyNet).Should().BeTrue();
            fixture.Seen.Add("disposed");
        };

        fixture.Monitor.TryLose(MonitorFixture.NewLoss(), null);
        await Task.Run(fixture.Queue.RunAll).WaitAsync(MonitorFixture.SafetyNet);

        fixture.Seen.Should().Equal("disposed");
    }

    /// <summary>The lines of the log are written in a lane of their own.</summary>
    private static Task WithLines(Task drain) => drain.WaitAsync(TimeSpan.FromMinutes(1));
}
