using Liveness.Testing;

namespace Liveness.Tests.InBand;

/// <summary>What a close tells: the result, Completion, State, dispose and the log say the same.</summary>
public sealed class CloseResultTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(2);

    [Fact]
    public void A_close_that_the_peer_confirms_says_so_everywhere()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        fixture.Result(fixture.Client.WriteAsync(new byte[1_000]));

        CloseResult result = Close(fixture);

        Expect(fixture, result, CloseOutcome.Confirmed, 0, loss: null);
        fixture.Server.Monitor.CloseResult!.Outcome.Should().Be(CloseOutcome.Confirmed);
        Close(fixture).Should().BeSameAs(result, "it may be asked again");
    }

    [Fact]
    public void A_peer_that_never_reads_leaves_bytes_unconfirmed()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        fixture.Result(fixture.Client.WriteAsync(new byte[100_000]));
        fixture.Advance(TimeSpan.FromSeconds(1));

        CloseResult result = Close(fixture, out TimeSpan took);

        took.Should().BeCloseTo(fixture.Client.Plan.CloseTimeout, TimeSpan.FromMilliseconds(150));
        Expect(fixture, result, CloseOutcome.NotConfirmed, 100_000 - (64 * 1024), typeof(CloseTimedOut));
        result.Loss!.Diagnosis.Should().Be(LossDiagnosis.PeerNotReading);
        fixture.Run();
        fixture.Server.Monitor.Loss.Should().BeOfType<PeerGaveUp>().Which.Code.Should().Be(GoodbyeCode.CloseTimedOut);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5_000)]
    public void A_peer_that_was_cut_off_confirms_nothing_within_one_CloseTimeout(int bytes)
    {
        using StreamFixture fixture = StreamFixture.Opened();
        fixture.Link.Cut();
        fixture.Result(fixture.Client.WriteAsync(new byte[bytes]));

        CloseResult result = Close(fixture, out TimeSpan took);

        took.Should().BeCloseTo(fixture.Client.Plan.CloseTimeout, TimeSpan.FromMilliseconds(150));
        Expect(fixture, result, CloseOutcome.NotConfirmed, bytes, typeof(CloseTimedOut));
        result.Loss!.Certainty.Should().Be(LossCertainty.Ambiguous);
    }

    [Fact]
    public void A_peer_that_never_answers_the_goodbye_is_waited_for_once()
    {
        using StreamFixture fixture = new();
        RawPeer peer = Open(fixture);
        Task disposing = fixture.Client.DisposeAsync().AsTask();

        fixture.AdvanceUntil(disposing, s_long).Should().BeCloseTo(fixture.Client.Plan.CloseTimeout, TimeSpan.FromMilliseconds(150));

        CloseResult result = Close(fixture);
        Expect(fixture, result, CloseOutcome.NotConfirmed, 0, typeof(CloseTimedOut));
        peer.Receive();
        peer.Goodbye!.Value.Code.Should().Be(GoodbyeCode.Done);
        peer.Failure.Should().BeNull("with everything delivered there is nothing to reset");
    }

    [Fact]
    public void An_abort_is_told_to_the_peer_and_is_no_loss_here()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        fixture.Result(fixture.Client.WriteAsync(new byte[100_000]));
        Task<int> read = fixture.Client.ReadAsync(new byte[1]).AsTask();

        Task aborting = fixture.Client.AbortAsync("the disk is full").AsTask();
        fixture.AdvanceUntil(aborting, TimeSpan.FromMilliseconds(200));

        fixture.Failure(read).Should().BeOfType<ObjectDisposedException>();
        CloseResult result = fixture.Client.Monitor.CloseResult!;
        Expect(fixture, result, CloseOutcome.Aborted, 100_000, loss: null);
        fixture.Logger.Entries.Should().ContainSingle(entry => entry.EventName == "Aborted").Which.Text.Should().Contain("the disk is full");
        PeerGaveUp told = fixture.Server.Monitor.Loss.Should().BeOfType<PeerGaveUp>().Which;
        told.Code.Should().Be(GoodbyeCode.Aborted);
        told.Reason.Should().Be("the disk is full");
        fixture.AdvanceUntil(fixture.Client.DisposeAsync().AsTask(), TimeSpan.FromMilliseconds(200));
        Close(fixture).Should().BeSameAs(result);
    }

    [Fact]
    public void An_abort_ends_a_close_that_is_under_way()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        fixture.Result(fixture.Client.WriteAsync(new byte[100_000]));
        Task<CloseResult> closing = fixture.Client.CloseAsync();
        fixture.Run();
        closing.IsCompleted.Should().BeFalse();

        // Of the two who wait now the second would go on on the thread pool.
        _ = fixture.Client.AbortAsync().AsTask();
        fixture.AdvanceUntil(closing, TimeSpan.FromMilliseconds(200));

        fixture.Result(closing).Outcome.Should().Be(CloseOutcome.Aborted);
        fixture.Server.Monitor.Loss.Should().BeOfType<PeerGaveUp>().Which.Code.Should().Be(GoodbyeCode.Aborted);
    }

    [Fact]
    public void A_close_may_be_waited_for_less_long_than_it_takes()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        fixture.Link.Cut();
        using CancellationTokenSource cancel = new();
        Task<CloseResult> closing = fixture.Client.CloseAsync(cancel.Token);
        fixture.Run();
        cancel.Cancel();
        fixture.Failure(closing).Should().BeAssignableTo<OperationCanceledException>();

        Close(fixture, out TimeSpan took);
        took.Should().BePositive("it went on");
    }

    [Fact]
    public async Task A_handler_that_blocks_holds_back_no_result()
    {
        // The pool, not the test's queue: the handler blocks its thread.
        TimeSpan safety = TimeSpan.FromSeconds(20);
        using InMemoryLink link = InMemoryLink.Create();
        using ManualResetEventSlim goOn = new();
        HeartbeatStream client = new(link.Client);
        await using HeartbeatStream server = new(link.Server);
        await Task.WhenAll(client.StartAsync(), server.StartAsync()).WaitAsync(safety);
        client.Monitor.StateChanged += (_, _) => goOn.Wait();

        CloseResult result = await client.CloseAsync().WaitAsync(safety);

        result.Outcome.Should().Be(CloseOutcome.Confirmed);
        (await client.Monitor.Completion.WaitAsync(safety)).Should().BeNull();
        goOn.Set();
        await client.DisposeAsync().AsTask().WaitAsync(safety);
    }

    [Fact]
    public void What_the_peer_did_not_take_before_it_closed_is_told()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        fixture.Result(fixture.Client.WriteAsync(new byte[100_000]));
        fixture.Run();

        Task peer = fixture.Server.DisposeAsync().AsTask();
        fixture.AdvanceUntil(peer, s_long);

        ConnectionMonitor monitor = fixture.Client.Monitor;
        monitor.State.Should().Be(LivenessState.Closed);
        monitor.CloseResult!.Outcome.Should().Be(CloseOutcome.NotConfirmed);
        monitor.CloseResult.UnconfirmedBytes.Should().BeGreaterThanOrEqualTo(100_000 - (64 * 1024));
        CloseResult result = Close(fixture);
        Expect(fixture, result, CloseOutcome.NotConfirmed, monitor.CloseResult.UnconfirmedBytes, loss: null);
    }

    [Fact]
    public void After_a_loss_a_close_tells_the_loss()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        fixture.Result(fixture.Client.WriteAsync(new byte[100]));
        fixture.Link.Reset();
        fixture.AdvanceUntil(fixture.Client.Monitor.Completion, s_long);

        CloseResult result = Close(fixture);

        result.Loss.Should().BeOfType<ConnectionReset>().And.BeSameAs(fixture.Client.Monitor.Loss);
        result.Outcome.Should().Be(CloseOutcome.NotConfirmed);
        fixture.Logger.Entries.Should().NotContain(entry => entry.EventName == "CloseNotConfirmed", "the loss was told");
    }

    [Fact]
    public void A_pending_read_ends_at_once_and_Completion_only_when_the_result_is_known()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        Task<int> read = fixture.Client.ReadAsync(new byte[1]).AsTask();
        fixture.Link.Cut();

        Task<CloseResult> closing = fixture.Client.CloseAsync();
        fixture.Run();

        fixture.Failure(read).Should().BeOfType<ObjectDisposedException>();
        fixture.Client.Monitor.Completion.IsCompleted.Should().BeFalse();
        fixture.AdvanceUntil(closing, s_long);
        fixture.Result(fixture.Client.Monitor.Completion).Should().BeOfType<CloseTimedOut>();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_never_began_has_nobody_who_could_confirm_it(bool isStarted)
    {
        using StreamFixture fixture = new();
        if (isStarted)
        {
            _ = fixture.Client.StartAsync();
            fixture.Run();
        }

        Expect(fixture, Close(fixture), CloseOutcome.NotConfirmed, 0, loss: null);
    }

    [Fact]
    public void What_a_transport_keeps_to_the_last_is_not_confirmed_by_a_goodbye_that_crosses_it()
    {
        using StreamFixture fixture = new();
        BlockingStream inner = new(fixture.Link.Client);
        HeartbeatStream client = new(inner, fixture.With());
        RawPeer peer = new(fixture);
        Task started = client.StartAsync();
        fixture.Run();
        peer.SendHello();
        fixture.Result(started);
        fixture.Advance(TimeSpan.FromSeconds(1));

        inner.FlushesNeverEnd = true;
        fixture.Result(client.WriteAsync(new byte[500]));
        Task<CloseResult> closing = client.CloseAsync();
        fixture.Run();
        peer.SendGoodbye(GoodbyeCode.Done);
        fixture.AdvanceUntil(closing, s_long);

        fixture.Result(closing).Should().BeEquivalentTo(new { Outcome = CloseOutcome.NotConfirmed, UnconfirmedBytes = 500L });
        client.Monitor.CloseResult.Should().BeSameAs(fixture.Result(closing));
    }

    private static RawPeer Open(StreamFixture fixture)
    {
        Task started = fixture.Client.StartAsync();
        RawPeer peer = new(fixture);
        peer.SendHello();
        fixture.Result(started);
        return peer;
    }

    private static CloseResult Close(StreamFixture fixture) => Close(fixture, out _);

    private static CloseResult Close(StreamFixture fixture, out TimeSpan took)
    {
        Task<CloseResult> closing = fixture.Client.CloseAsync();
        took = fixture.AdvanceUntil(closing, s_long);
        return fixture.Result(closing);
    }

    private static void Expect(StreamFixture fixture, CloseResult result, CloseOutcome outcome, long unconfirmed, Type? loss)
    {
        ConnectionMonitor monitor = fixture.Client.Monitor;
        fixture.AdvanceUntil(fixture.Client.DisposeAsync().AsTask(), s_long);
        result.Outcome.Should().Be(outcome);
        result.UnconfirmedBytes.Should().Be(unconfirmed);
        (result.Loss?.GetType()).Should().Be(loss);
        monitor.CloseResult.Should().BeSameAs(result);
        monitor.Loss.Should().BeSameAs(result.Loss);
        fixture.Result(monitor.Completion).Should().BeSameAs(result.Loss);
        monitor.State.Should().Be(loss is null ? LivenessState.Closed : LivenessState.Lost);
        result.ToString().Should().StartWith(outcome.ToString());
        bool isTold = outcome == CloseOutcome.NotConfirmed && (unconfirmed > 0 || loss is not null) && loss != typeof(CloseTimedOut);
        fixture.Logger.Entries.Count(entry => entry.EventName == "CloseNotConfirmed").Should().Be(isTold ? 1 : 0);
        fixture.Logger.Entries.Count(entry => entry.EventName == "ConnectionLost" && entry.Text.Contains("CloseTimedOut"))
            .Should().Be(loss == typeof(CloseTimedOut) ? 1 : 0);
    }
}
