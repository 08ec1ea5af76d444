using System.Net.Sockets;

namespace Liveness.Tests.ProtocolPing;

#pragma warning disable LIV008 // The mistake is what is tried.

/// <summary>The edge: who calls whom, when, and how often.</summary>
public sealed class ProtocolHeartbeatTests : IAsyncDisposable
{
    private readonly PingFixture _fixture = new();

    [Fact]
    public void An_idle_peer_that_answers_lives_for_ever_at_one_ping_an_interval()
    {
        _fixture.Answer();
        _fixture.Advance(400);

        _fixture.Pings.Count.Should().BeInRange(100, 134);
        _fixture.Changes.Should().BeEmpty();
        ConnectionSnapshot snapshot = _fixture.Monitor.GetSnapshot();
        snapshot.State.Should().Be(LivenessState.Alive);
        snapshot.ProbesSent.Should().Be(_fixture.Pings.Count);
        snapshot.BytesReceived.Should().Be(_fixture.Pings.Count * 7);
        snapshot.Bound.Should().Be(TimeSpan.FromSeconds(12));
        snapshot.ReceiveInterval.Should().Be(TimeSpan.FromSeconds(4));
        snapshot.RoundTrip.Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public void A_connection_that_receives_all_the_time_is_not_pinged()
    {
        _fixture.Advance(100, each: () => _fixture.Heartbeat.ReportReceived(1_000));

        _fixture.Pings.Should().BeEmpty();
        _fixture.Changes.Should().BeEmpty();
    }

    [Fact]
    public void A_peer_that_is_only_sent_to_is_lost_whatever_is_sent()
    {
        // Nothing that is sent is told to the heartbeat at all: there is no way to postpone anything by it.
        _fixture.Advance(12);

        ConnectionLoss loss = _fixture.Losses.Should().ContainSingle().Which;
        loss.Should().BeOfType<HeartbeatTimedOut>().Which.MissedBeats.Should().Be(2);
        loss.Silence.Should().BeGreaterThan(TimeSpan.FromSeconds(11.8)).And.BeLessThanOrEqualTo(TimeSpan.FromSeconds(12));
        loss.Bound.Should().Be(TimeSpan.FromSeconds(12));
        (loss.Diagnosis, loss.Certainty).Should().Be((LossDiagnosis.PeerHostOrPathDead, LossCertainty.Ambiguous));
        _fixture.Pings.Should().HaveCount(2);
        _fixture.Changes.Should().Equal("Alive -> Suspect", "Suspect -> Lost");
        _fixture.Logger.Entries.Select(entry => entry.EventName).Should().Equal("Suspect", "ConnectionLost");
        _fixture.LastToken.IsCancellationRequested.Should().BeTrue();
        _fixture.Advance(60);
        _fixture.Losses.Should().ContainSingle();
        _fixture.Pings.Should().HaveCount(2);
    }

    [Fact]
    public void A_byte_at_the_last_moment_is_noticed_at_once()
    {
        _fixture.Advance(11.8);
        _fixture.Monitor.State.Should().Be(LivenessState.Suspect);
        _fixture.Heartbeat.ReportReceived(1);
        _fixture.Monitor.State.Should().Be(LivenessState.Alive);
        _fixture.Answer();
        _fixture.Advance(60);

        _fixture.Losses.Should().BeEmpty();
        _fixture.Logger.Entries.Select(entry => entry.EventName).Should().Equal("Suspect", "AliveAgain");
    }

    [Fact]
    public void Nothing_received_is_no_life_and_less_than_nothing_is_refused()
    {
        _fixture.Advance(13, each: () => _fixture.Heartbeat.ReportReceived(0));
        _fixture.Losses.Should().ContainSingle();

        FluentActions.Invoking(() => _fixture.Heartbeat.ReportReceived(-1)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("count");
    }

    [Theory]
    [InlineData(SocketError.ConnectionReset, typeof(ConnectionReset))]
    [InlineData(SocketError.HostUnreachable, typeof(NetworkUnreachable))]
    [InlineData(SocketError.TimedOut, typeof(KeepAliveTimedOut))]
    [InlineData(SocketError.NoBufferSpaceAvailable, typeof(TransportFailed))]
    public void What_the_reader_reports_is_the_loss_and_stands_when_the_call_returns(SocketError error, Type kind)
    {
        _fixture.Heartbeat.ReportReceived(5);
        _fixture.Advance(1);
        SocketException thrown = new((int)error);
        _fixture.Heartbeat.ReportFailed(new IOException("read", thrown));

        _fixture.Monitor.Loss.Should().BeOfType(kind);
        _fixture.Monitor.Loss!.Evidence.SocketError.Should().Be(error);
        _fixture.Monitor.Completion.IsCompleted.Should().BeTrue();
        _fixture.Monitor.Loss.Silence.Should().Be(TimeSpan.FromSeconds(1));
        _fixture.Heartbeat.ReportFailed(new IOException("again"));
        _fixture.Heartbeat.ReportClosed();
        _fixture.Advance(30);
        _fixture.Losses.Should().ContainSingle().Which.Should().BeSameAs(_fixture.Monitor.Loss);
        _fixture.Pings.Should().BeEmpty();
    }

    public static TheoryData<Exception> OwnEnds => new(
        new ObjectDisposedException("socket"),
        new OperationCanceledException(),
        new IOException("read", new ObjectDisposedException("stream")),
        new IOException("read", new SocketException((int)SocketError.OperationAborted)));

    [Theory]
    [MemberData(nameof(OwnEnds))]
    public void Our_own_close_is_no_loss(Exception exception)
    {
        _fixture.Heartbeat.ReportFailed(exception);

        _fixture.Monitor.State.Should().Be(LivenessState.Closed);
        _fixture.Monitor.Loss.Should().BeNull();
    }

    [Fact]
    public void A_loss_says_nothing_of_a_handshake_that_there_is_not()
    {
        _fixture.Heartbeat.ReportFailed(new SocketException((int)SocketError.ConnectionReset));

        _fixture.Monitor.Loss!.ToString().Should().StartWith("ConnectionReset: the connection was reset; last byte heard 0 ms before; most likely the peer's application closed");
        FluentActions.Invoking(() => _fixture.Heartbeat.ReportFailed(null!)).Should().Throw<ArgumentNullException>();
    }

    [Fact]
    public void A_suspicion_looks_at_our_own_network_and_at_the_bytes_that_wait()
    {
        int looks = 0;
        ScriptedWitness witness = new() { Reading = new WitnessReading(3, HidesCompletedReads: false, ReadNotParsed: false) { LocalNetworkIsDown = true } };
        PingFixture fixture = new(witness: witness, lookAtLocalNetwork: () => looks++);
        fixture.Advance(5);
        looks.Should().Be(0);
        fixture.Advance(15);
        looks.Should().Be(1);
        fixture.Monitor.Conditions.Should().Be(ConnectionConditions.WeAreBehind);
        witness.Reading = witness.Reading with { Available = 0 };
        fixture.Advance(3);

        fixture.Losses.Should().ContainSingle().Which.Diagnosis.Should().Be(LossDiagnosis.LocalNetworkDown);
        fixture.Losses[0].Evidence.ExcusedWhileStarved.Should().BeGreaterThan(TimeSpan.FromSeconds(7));
    }

    [Fact]
    public void A_shorter_bound_takes_effect_and_is_refused_out_of_range()
    {
        _fixture.Advance(3);
        _fixture.Heartbeat.ChangeDetectWithin(TimeSpan.FromSeconds(2));
        _fixture.Advance(1.7);
        _fixture.Losses.Should().BeEmpty();
        _fixture.Monitor.GetSnapshot().Bound.Should().Be(TimeSpan.FromSeconds(2));
        _fixture.Advance(0.3);

        _fixture.Losses.Should().ContainSingle();
        _fixture.Heartbeat.ChangeDetectWithin(TimeSpan.FromSeconds(3));
        FluentActions.Invoking(() => _fixture.Heartbeat.ChangeDetectWithin(TimeSpan.FromDays(3))).Should().Throw<ArgumentOutOfRangeException>()
            .WithMessage("DetectWithin is 3.00:00:00*did you mean 00:00:03?*").WithParameterName("detectWithin");
    }

    [Fact]
    public async Task Switched_off_and_on_again()
    {
        _fixture.Heartbeat.ChangeDetectWithin(Timeout.InfiniteTimeSpan);
        _fixture.Advance(1_000);
        _fixture.Monitor.State.Should().Be(LivenessState.Alive);
        _fixture.Pings.Should().BeEmpty();
        _fixture.Heartbeat.ChangeDetectWithin(TimeSpan.FromSeconds(12));
        _fixture.Advance(12);
        _fixture.Losses.Should().ContainSingle();
        await _fixture.DisposeAsync();

        FluentActions.Invoking(() => _fixture.Heartbeat.ChangeDetectWithin(TimeSpan.FromSeconds(3))).Should().Throw<ObjectDisposedException>();
    }

    [Fact]
    public void A_change_of_the_local_network_is_asked_about_within_half_an_interval_unless_the_peer_was_heard_since()
    {
        _fixture.Answer();
        _fixture.Advance(2);
        LivenessScheduler scheduler = LivenessScheduler.For(_fixture.Clock);
        scheduler.NoteNetworkChange();
        _fixture.Advance(2);
        _fixture.Pings.Should().ContainSingle().Which.Should().BeLessThan(TimeSpan.FromSeconds(4));
        _fixture.Advance(1.2);
        scheduler.NoteNetworkChange();
        _fixture.Heartbeat.ReportReceived(1);
        _fixture.Advance(2);

        _fixture.Pings.Should().ContainSingle();
    }

    [Fact]
    public void What_a_byte_costs_is_no_allocation_and_no_wake_up()
    {
        _fixture.Heartbeat.ReportReceived(1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10_000; i++)
        {
            _fixture.Heartbeat.ReportReceived(1_460);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
        _fixture.Queue.Count.Should().Be(0);
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    private sealed class ScriptedWitness : ITransportWitness
    {
        public WitnessReading Reading { get; set; }

        public WitnessReading Read() => Reading;
    }
}
