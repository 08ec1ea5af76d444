namespace Liveness.Tests;

/// <summary>One event for every end.</summary>
public sealed class ConnectionEndedTests
{
    private readonly MonitorFixture _fixture = new MonitorFixture().Record();

    private ConnectionMonitor Monitor => _fixture.Monitor;

    [Fact]
    public void A_loss_is_told_as_a_loss_first_and_as_an_end_then()
    {
        Monitor.ConnectionEnded += (_, e) => _fixture.Seen.Add($"ended:{e.Loss!.ErrorType}");
        Monitor.TryLose(MonitorFixture.NewLoss(), null);
        _fixture.Queue.RunAll();

        _fixture.Seen.Should().Equal("Connecting>Lost", "lost:connection_reset", "ended:connection_reset");
    }

    [Fact]
    public void A_close_is_told_once_with_what_the_peer_has_confirmed_and_with_its_word()
    {
        PeerGoingAway word = new("bye", TimeSpan.FromSeconds(2));
        List<ConnectionEndedEventArgs> ends = [];
        Monitor.ConnectionEnded += (_, e) => ends.Add(e);
        Monitor.NoteClose(new CloseResult(CloseOutcome.Confirmed, 0) { PeerGoingAway = word });
        Monitor.TryClose(null).Should().BeTrue();
        Monitor.TryClose(null).Should().BeFalse();
        Monitor.TryLose(MonitorFixture.NewLoss(), null).Should().BeFalse();
        _fixture.Queue.RunAll();

        ConnectionEndedEventArgs end = ends.Should().ContainSingle().Subject;
        end.Loss.Should().BeNull();
        end.CloseResult!.IsConfirmed.Should().BeTrue();
        end.PeerGoingAway.Should().BeSameAs(word);
        Monitor.PeerGoingAway.Should().BeSameAs(word);
        _fixture.Seen.Should().Equal("Connecting>Closed");
    }

    [Fact]
    public void A_handler_that_comes_after_the_end_is_told_once_too()
    {
        Monitor.TryClose(null);
        _fixture.Queue.RunAll();

        Monitor.ConnectionEnded += (_, _) => _fixture.Seen.Add("late");
        _fixture.Queue.RunAll();

        _fixture.Seen.Should().Equal("Connecting>Closed", "late");
    }

    [Fact]
    public void A_handler_that_was_taken_away_in_time_is_not_called()
    {
        EventHandler<ConnectionEndedEventArgs> handler = (_, _) => _fixture.Seen.Add("never");
        Monitor.ConnectionEnded += handler;
        Monitor.ConnectionEnded -= handler;
        Monitor.TryClose(null);
        _fixture.Queue.RunAll();

        _fixture.Seen.Should().Equal("Connecting>Closed");
    }

    [Fact]
    public void A_handler_that_throws_keeps_no_other_from_being_told()
    {
        Monitor.ConnectionEnded += (_, _) => throw new InvalidOperationException("no");
        Monitor.ConnectionEnded += (_, _) => _fixture.Seen.Add("told");
        Monitor.TryClose(null);
        _fixture.Queue.RunAll();

        _fixture.Seen.Should().Equal("Connecting>Closed", "told");
        _fixture.Logger.Entries.Should().ContainSingle(entry => entry.EventName == "HandlerThrew");
    }

    [Fact]
    public void A_drain_waits_until_the_end_was_told()
    {
        Monitor.ConnectionEnded += (_, _) => _fixture.Seen.Add("told");
        Monitor.TryClose(null);

        Task drain = _fixture.Drain();
        drain.IsCompleted.Should().BeFalse();
        _fixture.Queue.RunAll();

        _fixture.Seen.Should().Equal("Connecting>Closed", "told");
    }
}
