using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Liveness.Tests.ProtocolPing;

/// <summary>A ping that hangs, fails or comes late.</summary>
public sealed class ProtocolHeartbeatPingTests : IAsyncDisposable
{
    private readonly PingFixture _fixture = new();

    [Fact]
    public void A_ping_that_never_returns_blocks_nothing_and_is_evidence()
    {
        TaskCompletionSource never = new();
        _fixture.OnPing = _ => new ValueTask(never.Task);
        _fixture.Advance(10);
        _fixture.Monitor.Conditions.Should().Be(ConnectionConditions.WriteStuck);
        _fixture.Advance(2);

        _fixture.Pings.Should().ContainSingle();
        _fixture.Losses.Should().ContainSingle().Which.Should().BeOfType<HeartbeatTimedOut>().Which.Evidence.WriteStuck.Should().BeTrue();
        _fixture.LastToken.IsCancellationRequested.Should().BeTrue();
        never.SetResult();
        _fixture.Advance(30);
        _fixture.Pings.Should().ContainSingle();
    }

    [Fact]
    public void One_that_returns_later_is_followed_by_the_next()
    {
        ManualSending sending = new();
        _fixture.OnPing = _ => sending.Begin();
        for (int i = 1; i <= 20; i++)
        {
            _fixture.Advance(4);
            _fixture.Pings.Should().HaveCount(i);
            sending.End();
            _fixture.Heartbeat.ReportReceived(1);
        }

        _fixture.Changes.Should().BeEmpty();
    }

    /// <summary>The work queue stands for the thread pool: what waits there has not been asked.</summary>
    [Fact]
    public void A_starved_pool_of_ours_loses_no_peer_that_was_never_asked_and_delays_a_true_loss_by_its_own_time_only()
    {
        _fixture.Advance(60, runWork: false);
        _fixture.Pings.Should().BeEmpty();
        _fixture.Monitor.State.Should().Be(LivenessState.Alive);
        _fixture.Monitor.Conditions.Should().Be(ConnectionConditions.WeAreBehind);
        _fixture.Advance(8.5);
        _fixture.Pings.Should().HaveCount(2);
        _fixture.Losses.Should().BeEmpty();
        _fixture.Monitor.Conditions.Should().Be(ConnectionConditions.None);
        _fixture.Advance(0.5);

        ConnectionLoss loss = _fixture.Losses.Should().ContainSingle().Which;
        loss.Should().BeOfType<HeartbeatTimedOut>();
        loss.Evidence.ExcusedWhileStarved.Should().BeCloseTo(TimeSpan.FromSeconds(57), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void A_peer_that_is_asked_late_and_answers_lives()
    {
        _fixture.Answer();
        _fixture.Advance(60, runWork: false);
        _fixture.Advance(60);

        _fixture.Losses.Should().BeEmpty();
        _fixture.Monitor.Conditions.Should().Be(ConnectionConditions.None);
        _fixture.Changes.Should().BeEmpty("what has cancelled itself out is not told");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_ping_that_fails_leaves_the_last_word_to_the_read_side_for_a_second(bool synchronously)
    {
        IOException thrown = new("broken", new SocketException((int)SocketError.ConnectionReset));
        _fixture.OnPing = _ => synchronously ? throw thrown : ValueTask.FromException(thrown);
        _fixture.Advance(4);
        _fixture.Pings.Should().ContainSingle();
        _fixture.Losses.Should().BeEmpty();
        _fixture.Advance(1);

        ConnectionLoss loss = _fixture.Losses.Should().ContainSingle().Which;
        loss.Should().BeOfType<ConnectionReset>().Which.Exception.Should().BeSameAs(thrown);
        loss.Evidence.SocketError.Should().Be(SocketError.ConnectionReset);
        _fixture.Logger.Entries.Select(entry => (entry.Level, entry.EventName)).Should().Equal((LogLevel.Debug, "PingFailed"), (LogLevel.Warning, "ConnectionLost"));
        _fixture.Pings.Should().ContainSingle();
    }

    [Fact]
    public void The_read_side_may_say_that_it_was_an_orderly_end()
    {
        _fixture.OnPing = _ => throw new IOException("broken pipe");
        _fixture.Advance(4);
        _fixture.Heartbeat.ReportClosed();
        _fixture.Advance(60);

        _fixture.Losses.Should().BeEmpty();
        _fixture.Monitor.State.Should().Be(LivenessState.Closed);
        _fixture.Changes.Should().Equal("Alive -> Closed");
    }

    [Fact]
    public void What_still_comes_refutes_a_failed_ping()
    {
        _fixture.OnPing = _ => throw new InvalidOperationException("a write is under way");
        _fixture.Advance(4);
        _fixture.Pings.Should().ContainSingle();
        _fixture.Heartbeat.ReportReceived(1);
        _fixture.Answer();
        _fixture.Advance(60);

        _fixture.Losses.Should().BeEmpty();
        _fixture.Pings.Count.Should().BeGreaterThan(10);
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();
}
