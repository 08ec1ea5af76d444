namespace Liveness.Tests;

public sealed class ConnectionMonitorEventTests
{
    [Fact]
    public void A_handler_that_throws_is_told_with_the_connection_that_it_is_of()
    {
        MonitorFixture fixture = new();
        fixture.Monitor.OwnId = "meter 7";
        fixture.Monitor.ConnectionLost += (_, _) => throw new InvalidOperationException("a handler");

        fixture.Monitor.TryLose(MonitorFixture.NewLoss(), null);
        fixture.Queue.RunAll();

        fixture.Logger.Entries.Single(entry => entry.EventName == "HandlerThrew").Text.Should().Be("A handler of ConnectionLost threw [own id meter 7]");
    }

    [Fact]
    public void The_first_handler_is_told_of_changes_from_the_state_in_which_it_came()
    {
        MonitorFixture fixture = new();
        fixture.Update(LivenessState.Alive, ConnectionConditions.WriteStuck);
        fixture.Queue.RunAll();
        fixture.Record();

        fixture.Update(LivenessState.Suspect, ConnectionConditions.WriteStuck);
        fixture.Queue.RunAll();

        fixture.Seen.Should().Equal("Alive>Suspect");
        fixture.Monitor.Conditions.Should().Be(ConnectionConditions.WriteStuck);
    }

    [Fact]
    public void A_change_that_is_not_delivered_yet_is_merged_with_the_next()
    {
        MonitorFixture fixture = new MonitorFixture().Record();

        fixture.Update(LivenessState.Alive);
        fixture.Queue.RunAll();
        fixture.Update(LivenessState.Suspect);
        fixture.Update(LivenessState.Alive);
        fixture.Update(LivenessState.Alive, ConnectionConditions.WeAreBehind);
        fixture.Update(LivenessState.Suspect, ConnectionConditions.WeAreBehind | ConnectionConditions.WriteStuck);
        fixture.Queue.Count.Should().Be(1, "all of them are one work item");
        fixture.Queue.RunAll();

        fixture.Seen.Should().Equal("Connecting>Alive", "Alive>Suspect None>WeAreBehind, WriteStuck");
        fixture.Monitor.Conditions.Should().Be(ConnectionConditions.WeAreBehind | ConnectionConditions.WriteStuck);
    }

    [Fact]
    public void Changes_that_cancel_each_other_out_are_not_delivered()
    {
        MonitorFixture fixture = new MonitorFixture().Record();
        fixture.Update(LivenessState.Alive);
        fixture.Queue.RunAll();

        fixture.Update(LivenessState.Suspect);
        fixture.Update(LivenessState.Alive);
        fixture.Update(LivenessState.Alive);
        fixture.Queue.RunAll();

        fixture.Seen.Should().Equal("Connecting>Alive");
    }

    [Fact]
    public void The_end_replaces_what_is_undelivered_and_nothing_follows_it()
    {
        MonitorFixture fixture = new MonitorFixture().Record();
        fixture.Update(LivenessState.Alive, ConnectionConditions.PeerNotConsuming);
        fixture.Monitor.TryLose(MonitorFixture.NewLoss(), null);
        fixture.Update(LivenessState.Alive);
        fixture.Queue.RunOne();
        fixture.Queue.RunAll();
        fixture.Update(LivenessState.Suspect);
        fixture.Queue.RunAll();

        fixture.Seen.Should().Equal("Connecting>Alive None>PeerNotConsuming", "Alive>Lost", "lost:connection_reset");
        fixture.Monitor.State.Should().Be(LivenessState.Lost);
        fixture.Monitor.Conditions.Should().Be(ConnectionConditions.PeerNotConsuming);
    }

    [Fact]
    public void An_end_cannot_be_published_as_a_mere_change()
    {
        MonitorFixture fixture = new();

        fixture.Invoking(f => f.Update(LivenessState.Lost)).Should().Throw<ArgumentOutOfRangeException>();
        fixture.Invoking(f => f.Update(LivenessState.Closed)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void What_a_handler_throws_is_logged_and_the_next_one_is_called()
    {
        MonitorFixture fixture = new();
        EventHandler<ConnectionLostEventArgs> combined = (_, _) => throw new InvalidOperationException("first");
        combined += (_, _) => fixture.Seen.Add("second");
        fixture.Monitor.ConnectionLost += combined;
        fixture.Monitor.StateChanged += (_, _) => throw new InvalidOperationException("state");
        fixture.Monitor.StateChanged += (sender, _) => fixture.Seen.Add(ReferenceEquals(sender, fixture.Monitor) ? "state" : "wrong sender");

        fixture.Monitor.TryLose(MonitorFixture.NewLoss(), null);
        fixture.Queue.RunAll();

        fixture.Seen.Should().Equal("state", "second");
        fixture.Logger.Entries.Where(entry => entry.EventName == "HandlerThrew").Select(entry => entry.Exception!.Message)
            .Should().Equal("state", "first");
    }

    [Fact]
    public void A_handler_added_after_the_loss_is_called_once_and_not_inline()
    {
        MonitorFixture fixture = new MonitorFixture().Record();
        ConnectionLoss loss = MonitorFixture.NewLoss();
        fixture.Monitor.TryLose(loss, null);
        fixture.Queue.RunAll();
        List<ConnectionLoss> late = [];

        fixture.Monitor.ConnectionLost += (_, e) => late.Add(e.Loss);
        late.Should().BeEmpty();
        fixture.Queue.RunAll();
        fixture.Monitor.ConnectionLost += (_, _) => fixture.Seen.Add("later still");
        fixture.Queue.RunAll();

        late.Should().Equal(loss);
        fixture.Seen.Should().Equal("Connecting>Lost", "lost:connection_reset", "later still");
    }

    [Fact]
    public void A_handler_added_between_the_loss_and_its_delivery_is_called_once()
    {
        MonitorFixture fixture = new();
        fixture.Monitor.TryLose(MonitorFixture.NewLoss(), null);
        fixture.Monitor.ConnectionLost += (_, _) => fixture.Seen.Add("before the tokens");
        fixture.Queue.RunOne();
        fixture.Monitor.ConnectionLost += (_, _) => fixture.Seen.Add("after the tokens");
        fixture.Queue.RunAll();

        fixture.Seen.Should().Equal("before the tokens", "after the tokens");
    }

    [Fact]
    public void A_handler_added_by_a_handler_is_called_once()
    {
        MonitorFixture fixture = new();
        fixture.Monitor.ConnectionLost += (_, _) => fixture.Monitor.ConnectionLost += (_, _) => fixture.Seen.Add("inner");

        fixture.Monitor.TryLose(MonitorFixture.NewLoss(), null);
        fixture.Queue.RunAll();

        fixture.Seen.Should().Equal("inner");
    }

    [Fact]
    public void A_removed_handler_is_not_called()
    {
        MonitorFixture fixture = new();
        void Lost(object? sender, ConnectionLostEventArgs e) => fixture.Seen.Add("lost");
        void Changed(object? sender, LivenessStateChangedEventArgs e) => fixture.Seen.Add("changed");
        fixture.Monitor.StateChanged += (_, _) => fixture.Monitor.StateChanged -= Changed;
        fixture.Monitor.StateChanged += Changed;
        fixture.Monitor.ConnectionLost += (_, _) => fixture.Monitor.ConnectionLost -= Lost;
        fixture.Monitor.ConnectionLost += Lost;

        fixture.Monitor.TryLose(MonitorFixture.NewLoss(), null);
        fixture.Queue.RunAll();
        fixture.Monitor.ConnectionLost += Lost;
        fixture.Monitor.ConnectionLost -= Lost;
        fixture.Queue.RunAll();

        fixture.Seen.Should().BeEmpty();
    }

    [Fact]
    public void A_handler_subscribed_twice_is_called_twice_and_removed_once_at_a_time()
    {
        MonitorFixture fixture = new();
        void Changed(object? sender, LivenessStateChangedEventArgs e) => fixture.Seen.Add(e.NewState.ToString());
        fixture.Monitor.StateChanged += Changed;
        fixture.Monitor.StateChanged += Changed;
        fixture.Update(LivenessState.Alive);
        fixture.Queue.RunAll();
        fixture.Monitor.StateChanged -= Changed;
        fixture.Update(LivenessState.Suspect);
        fixture.Queue.RunAll();

        fixture.Seen.Should().Equal("Alive", "Alive", "Suspect");
    }

    [Fact]
    public void A_change_while_a_handler_runs_posts_no_second_dispatcher_that_could_overlap_it()
    {
        MonitorFixture fixture = new();
        List<int> posted = [];
        fixture.Monitor.StateChanged += (_, e) =>
        {
            if (e.NewState == LivenessState.Alive)
            {
                fixture.Update(LivenessState.Suspect);
                posted.Add(fixture.Queue.Count);
            }

            fixture.Seen.Add(e.NewState.ToString());
        };

        fixture.Update(LivenessState.Alive);
        fixture.Queue.RunAll();

        posted.Should().Equal(0);
        fixture.Seen.Should().Equal("Alive", "Suspect");
    }

    [Fact]
    public async Task Handlers_never_overlap_while_states_change_on_other_threads()
    {
        FakeConnection connection = new(WorkQueue.ThreadPool);
        ConnectionMonitor monitor = new(connection, new RecordingLogger());
        int running = 0;
        int delivered = 0;
        bool overlapped = false;
        LivenessState last = LivenessState.Connecting;
        bool torn = false;
        TaskCompletionSource lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
        monitor.StateChanged += (_, e) =>
        {
            if (Interlocked.Increment(ref running) != 1)
            {
                overlapped = true;
            }

            torn |= e.OldState != last;
            last = e.NewState;
            Thread.Yield();
            Interlocked.Increment(ref delivered);
            Interlocked.Decrement(ref running);
        };
        monitor.ConnectionLost += (_, _) =>
        {
            overlapped |= Volatile.Read(ref running) != 0;
            lost.SetResult();
        };

        Thread[] writers = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (int i = 0; i < 200_000 && Volatile.Read(ref delivered) < 500; i++)
            {
                monitor.Update(i % 2 == 0 ? LivenessState.Alive : LivenessState.Suspect, ConnectionConditions.None);
            }
        }))];
        foreach (Thread writer in writers)
        {
            writer.Start();
        }

        foreach (Thread writer in writers)
        {
            writer.Join(MonitorFixture.SafetyNet).Should().BeTrue();
        }

        monitor.TryLose(MonitorFixture.NewLoss(), null);
        await lost.Task.WaitAsync(MonitorFixture.SafetyNet);

        overlapped.Should().BeFalse();
        torn.Should().BeFalse();
        last.Should().Be(LivenessState.Lost);
    }
}
