using Microsoft.Extensions.Logging;

namespace Liveness.Tests;

public sealed class ConnectionMonitorEndTests
{
    [Fact]
    public async Task A_race_of_losses_and_closes_has_exactly_one_winner_and_one_event()
    {
        for (int round = 0; round < 100; round++)
        {
            MonitorFixture fixture = new MonitorFixture().Record();
            int winners = 0;
            int failures = 0;
            object? winner = null;
            using Barrier start = new(8);
            Thread[] threads = [.. Enumerable.Range(0, 8).Select(index => new Thread(() =>
            {
                ConnectionLoss? loss = index % 2 == 0 ? MonitorFixture.NewLoss((LossKind)index) : null;
                start.SignalAndWait();
                void Fail() => Interlocked.Increment(ref failures);
                if (loss is null ? fixture.Monitor.TryClose(Fail) : fixture.Monitor.TryLose(loss, Fail))
                {
                    Interlocked.Increment(ref winners);
                    winner = loss;
                }
            }))];
            foreach (Thread thread in threads)
            {
                thread.Start();
            }

            foreach (Thread thread in threads)
            {
                thread.Join(MonitorFixture.SafetyNet).Should().BeTrue();
            }

            fixture.Queue.RunAll();

            winners.Should().Be(1);
            failures.Should().Be(1);
            fixture.Monitor.Loss.Should().BeSameAs(winner);
            (await fixture.Monitor.Completion.WaitAsync(MonitorFixture.SafetyNet)).Should().BeSameAs(winner);
            fixture.Seen.Should().Equal(winner is ConnectionLoss lost
                ? ["Connecting>Lost", $"lost:{lost.ErrorType}"]
                : ["Connecting>Closed"]);
        }
    }

    [Fact]
    public async Task Whoever_asks_for_the_first_time_while_it_is_lost_is_told_once()
    {
        for (int round = 0; round < 100; round++)
        {
            MonitorFixture fixture = new();
            ConnectionMonitor monitor = fixture.Monitor;
            int told = 0;
            CancellationToken lost = default;
            CancellationToken ended = default;
            Task<ConnectionLoss?>? completion = null;
            Action[] steps =
            [
                () => monitor.TryLose(MonitorFixture.NewLoss(), null),
                () => lost = monitor.LostToken,
                () => ended = monitor.EndedToken,
                () => completion = monitor.Completion,
                () => monitor.ConnectionLost += (_, _) => Interlocked.Increment(ref told),
                () => monitor.ConnectionLost += (_, _) => Interlocked.Increment(ref told),
                () => monitor.Update(LivenessState.Alive, ConnectionConditions.None),
                fixture.Queue.RunAll,
            ];
            using Barrier start = new(steps.Length);
            Thread[] threads = [.. steps.Select(step => new Thread(() =>
            {
                start.SignalAndWait();
                step();
            }))];
            foreach (Thread thread in threads)
            {
                thread.Start();
            }

            foreach (Thread thread in threads)
            {
                thread.Join(MonitorFixture.SafetyNet).Should().BeTrue();
            }

            fixture.Queue.RunAll();

            told.Should().Be(2);
            lost.IsCancellationRequested.Should().BeTrue();
            ended.IsCancellationRequested.Should().BeTrue();
            (await completion!.WaitAsync(MonitorFixture.SafetyNet)).Should().BeSameAs(monitor.Loss);
        }
    }

    [Fact]
    public async Task Whoever_asks_for_the_first_time_after_the_end_finds_it()
    {
        MonitorFixture fixture = new();
        fixture.Monitor.TryClose(null);
        fixture.Queue.RunAll();

        fixture.Monitor.EndedToken.IsCancellationRequested.Should().BeTrue();
        fixture.Monitor.LostToken.IsCancellationRequested.Should().BeFalse();
        fixture.Monitor.Completion.Should().BeSameAs(fixture.Monitor.Completion);
        (await fixture.Monitor.Completion.WaitAsync(MonitorFixture.SafetyNet)).Should().BeNull();
    }

    [Fact]
    public void The_steps_of_a_loss_come_in_their_order_and_wait_for_no_handler()
    {
        MonitorFixture fixture = new();
        ConnectionMonitor monitor = fixture.Monitor;
        List<string> steps = [];
        string Now() => $"{monitor.State} {monitor.Loss is not null} {monitor.Completion.IsCompleted} "
            + $"{monitor.LostToken.IsCancellationRequested} {monitor.EndedToken.IsCancellationRequested}";
        monitor.LostToken.Register(() => steps.Add($"LostToken {Now()}"));
        monitor.EndedToken.Register(() => steps.Add($"EndedToken {Now()}"));
        monitor.StateChanged += (_, e) => steps.Add($"StateChanged {Now()}");
        monitor.ConnectionLost += (_, e) => steps.Add($"ConnectionLost {Now()}");

        monitor.TryLose(MonitorFixture.NewLoss(), () => steps.Add($"fail {Now()}")).Should().BeTrue();

        steps.Should().Equal("fail Lost True False False False");
        monitor.Completion.IsCompletedSuccessfully.Should().BeTrue();
        fixture.Queue.RunAll();
        steps.Should().Equal(
            "fail Lost True False False False",
            "LostToken Lost True True True False",
            "EndedToken Lost True True True True",
            "StateChanged Lost True True True True",
            "ConnectionLost Lost True True True True");
    }

    [Fact]
    public async Task An_orderly_close_cancels_only_the_token_of_any_end()
    {
        MonitorFixture fixture = new MonitorFixture().Record();

        fixture.Monitor.TryClose(null).Should().BeTrue();
        fixture.Queue.RunAll();

        fixture.Monitor.State.Should().Be(LivenessState.Closed);
        fixture.Monitor.Loss.Should().BeNull();
        fixture.Monitor.LostToken.IsCancellationRequested.Should().BeFalse();
        fixture.Monitor.EndedToken.IsCancellationRequested.Should().BeTrue();
        (await fixture.Monitor.Completion.WaitAsync(MonitorFixture.SafetyNet)).Should().BeNull();
        fixture.Seen.Should().Equal("Connecting>Closed");
        fixture.Monitor.TryLose(MonitorFixture.NewLoss(), null).Should().BeFalse();
    }

    [Fact]
    public async Task Pending_operations_that_cannot_be_failed_do_not_hide_the_end()
    {
        MonitorFixture fixture = new MonitorFixture().Record();
        ConnectionLoss loss = MonitorFixture.NewLoss();

        fixture.Monitor.Invoking(monitor => monitor.TryLose(loss, () => throw new InvalidOperationException("bug"))).Should().Throw<InvalidOperationException>();
        fixture.Queue.RunAll();

        (await fixture.Monitor.Completion.WaitAsync(MonitorFixture.SafetyNet)).Should().BeSameAs(loss);
        fixture.Seen.Should().Equal("Connecting>Lost", "lost:connection_reset");
    }

    [Fact]
    public void Callbacks_of_tokens_that_throw_are_logged_and_stop_nothing()
    {
        MonitorFixture fixture = new MonitorFixture().Record();
        fixture.Monitor.LostToken.Register(() => throw new InvalidOperationException("callback"));

        fixture.Monitor.TryLose(MonitorFixture.NewLoss(), null);
        fixture.Queue.RunAll();

        fixture.Monitor.EndedToken.IsCancellationRequested.Should().BeTrue();
        fixture.Seen.Should().Equal("Connecting>Lost", "lost:connection_reset");
        fixture.Logger.Entries.Should().ContainSingle(entry => entry.EventName == "HandlerThrew" && entry.Text.Contains("LostToken"));
    }

    [Fact]
    public void A_loss_is_logged_once_as_a_warning_with_its_incident()
    {
        MonitorFixture fixture = new();
        ConnectionLoss loss = MonitorFixture.NewLoss();

        fixture.Monitor.TryLose(loss, null);
        fixture.Monitor.TryLose(MonitorFixture.NewLoss(LossKind.OutboundDead), null);
        fixture.Queue.RunAll();

        fixture.Logger.Entries.Should().ContainSingle().Which.Should().Match<RecordingLogger.Entry>(entry =>
            entry.Level == LogLevel.Warning && entry.EventName == "ConnectionLost" && entry.Text.Contains(loss.ToString()) && entry.Text.Contains("cafe"));
    }

    [Fact]
    public void A_handler_that_blocks_delays_neither_completion_nor_tokens()
    {
        MonitorFixture fixture = new();
        bool tokensCancelledMeanwhile = false;
        fixture.Monitor.StateChanged += (_, e) =>
        {
            if (e.NewState == LivenessState.Alive)
            {
                // Everything that is posted while this handler has not returned yet, as the pool would run it on other threads.
                fixture.Monitor.TryLose(MonitorFixture.NewLoss(), null);
                fixture.Queue.RunAll();
                tokensCancelledMeanwhile = fixture.Monitor.LostToken.IsCancellationRequested && fixture.Monitor.Completion.IsCompleted;
            }
        };

        fixture.Update(LivenessState.Alive);
        fixture.Queue.RunAll();

        tokensCancelledMeanwhile.Should().BeTrue();
    }

    [Fact]
    public async Task Probes_work_only_where_the_mode_can_and_only_while_the_connection_lasts()
    {
        MonitorFixture lost = new();
        (await lost.Monitor.ProbeAsync()).Should().Be(TimeSpan.FromMilliseconds(7));
        lost.Monitor.CanProbe.Should().BeTrue();
        ConnectionLoss loss = MonitorFixture.NewLoss();
        lost.Monitor.TryLose(loss, null);
        (await lost.Monitor.Invoking(monitor => monitor.ProbeAsync().AsTask()).Should().ThrowAsync<ConnectionLostException>()).Which.Loss.Should().BeSameAs(loss);

        MonitorFixture closed = new();
        closed.Monitor.TryClose(null);
        await closed.Monitor.Invoking(monitor => monitor.ProbeAsync().AsTask()).Should().ThrowAsync<InvalidOperationException>();

        closed.Connection.CanProbe = false;
        await closed.Monitor.Invoking(monitor => monitor.ProbeAsync().AsTask()).Should().ThrowAsync<NotSupportedException>();
        closed.Monitor.GetSnapshot().Should().BeSameAs(closed.Connection.Snapshot);
    }
}
