using Liveness.Testing;

namespace Liveness.Tests.InBand;

public sealed class HeartbeatStreamCloseTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(2);

    [Fact]
    public void Dispose_delivers_everything_that_was_accepted_and_both_ends_close_in_good_order()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        fixture.Link.ToServer.BytesPerSecond = 10_000;
        byte[] data = new byte[100_000];
        new Random(1).NextBytes(data);
        fixture.Result(fixture.Client.WriteAsync(data));

        Task closing = fixture.Client.DisposeAsync().AsTask();
        Task<byte[]> read = ReadToEndAsync(fixture.Server);

        TimeSpan took = fixture.AdvanceUntil(closing, s_long);
        took.Should().BeGreaterThan(StreamFixture.T * 3, "a close that moves on may take longer than CloseTimeout");
        fixture.Result(read).Should().Equal(data);
        fixture.Client.Monitor.State.Should().Be(LivenessState.Closed);
        fixture.Server.Monitor.State.Should().Be(LivenessState.Closed);
        fixture.Logger.Entries.Should().NotContain(entry => entry.EventName == "CloseNotConfirmed");
        fixture.AdvanceUntil(fixture.Server.DisposeAsync().AsTask(), s_long);
        fixture.Advance(s_long);
        fixture.Clock.NextTimerDue.Should().BeNull("nothing is left behind");
    }

    [Fact]
    public void A_close_without_progress_ends_after_CloseTimeout_and_says_what_is_missing()
    {
        using StreamFixture fixture = StreamFixture.Opened(new HeartbeatOptions { DetectWithin = StreamFixture.T, CloseTimeout = TimeSpan.FromSeconds(1) });
        fixture.Result(fixture.Client.WriteAsync(new byte[100_000]));
        fixture.Advance(TimeSpan.FromSeconds(5));

        TimeSpan took = fixture.AdvanceUntil(fixture.Client.DisposeAsync().AsTask(), s_long);

        took.Should().BeCloseTo(TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(150));
        fixture.Logger.Entries.Should().NotContain(entry => entry.EventName == "CloseNotConfirmed", "the line of the loss says it");
        fixture.Client.Monitor.State.Should().Be(LivenessState.Lost, "what was not delivered is no good order");
        fixture.Client.Monitor.Loss.Should().BeOfType<CloseTimedOut>().Which.UnconfirmedBytes.Should().Be(100_000 - (64 * 1024));
        fixture.Run();
        fixture.Server.Monitor.Loss.Should().Match<ConnectionLoss>(loss => loss is PeerGaveUp || loss is ConnectionReset);
    }

    [Fact]
    public void A_close_that_moves_on_for_ever_ends_after_CloseDeadline()
    {
        using StreamFixture fixture = StreamFixture.Opened(new HeartbeatOptions { DetectWithin = StreamFixture.T, CloseDeadline = TimeSpan.FromSeconds(8) });
        fixture.Link.ToServer.BytesPerSecond = 1_000;
        fixture.Result(fixture.Client.WriteAsync(new byte[60_000]));

        TimeSpan took = fixture.AdvanceUntil(fixture.Client.DisposeAsync().AsTask(), s_long);

        took.Should().BeCloseTo(TimeSpan.FromSeconds(8), TimeSpan.FromMilliseconds(150));
    }

    [Fact]
    public void A_stream_that_was_never_used_closes_at_once()
    {
        using StreamFixture fixture = new();
        fixture.Result(fixture.Client.DisposeAsync());
        fixture.Client.Monitor.State.Should().Be(LivenessState.Closed);
        fixture.Link.Client.CanRead.Should().BeFalse("it owned the stream beneath");
        fixture.Link.TrafficToServer.BytesSent.Should().Be(0);
    }

    [Fact]
    public void A_dispose_during_the_handshake_ends_it_at_once()
    {
        using StreamFixture fixture = new();
        Task started = fixture.Client.StartAsync();
        fixture.Run();
        fixture.Result(fixture.Client.DisposeAsync());
        fixture.Failure(started).Should().BeOfType<ObjectDisposedException>();
        fixture.Failure(fixture.Client.StartAsync()).Should().BeOfType<ObjectDisposedException>();
    }

    [Fact]
    public void A_start_that_is_cancelled_closes_the_stream()
    {
        using StreamFixture fixture = new();
        using CancellationTokenSource cancel = new();
        Task<HeartbeatStream> started = HeartbeatStream.StartAsync(fixture.Link.Client, fixture.With(), cancel.Token);
        fixture.Run();
        cancel.Cancel();
        fixture.AdvanceUntil(started, TimeSpan.Zero);
        started.IsCanceled.Should().BeTrue();
        fixture.Link.Client.CanRead.Should().BeFalse();
    }

    [Fact]
    public void Both_ends_may_close_at_once()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        fixture.Link.ToServer.Delay = TimeSpan.FromMilliseconds(30);
        fixture.Result(fixture.Client.WriteAsync(new byte[100_000]));
        fixture.Result(fixture.Server.WriteAsync(new byte[100_000]));

        Task closing = Task.WhenAll(fixture.Client.DisposeAsync().AsTask(), fixture.Server.DisposeAsync().AsTask());

        fixture.AdvanceUntil(closing, TimeSpan.FromSeconds(1));
        fixture.Client.Monitor.Loss.Should().BeNull();
        fixture.Server.Monitor.Loss.Should().BeNull();
    }

    [Fact]
    public void What_the_peer_had_sent_before_it_closed_can_be_read_afterwards_and_writes_are_refused()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        fixture.Result(fixture.Client.WriteAsync(new byte[1000]));
        fixture.AdvanceUntil(fixture.Client.DisposeAsync().AsTask(), s_long);
        fixture.Server.Monitor.State.Should().Be(LivenessState.Closed);

        fixture.Failure(fixture.Server.Monitor.ProbeAsync().AsTask()).Should().BeAssignableTo<InvalidOperationException>();
        fixture.Result(ReadToEndAsync(fixture.Server)).Should().HaveCount(1000);
        fixture.Failure(fixture.Server.WriteAsync(new byte[1]).AsTask()).Should().BeOfType<IOException>();
        fixture.Result(fixture.Server.ReadAsync(new byte[1])).Should().Be(0);
        fixture.Server.CompleteWrites();
        fixture.Result(fixture.Server.DisposeAsync());
        fixture.Failure(fixture.Server.ReadAsync(new byte[1]).AsTask()).Should().BeOfType<ObjectDisposedException>();
    }

    [Fact]
    public void A_probe_that_waits_when_the_peer_closes_ends()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        fixture.Link.ToServer.Delay = TimeSpan.FromSeconds(1);
        Task<TimeSpan> probe = fixture.Client.Monitor.ProbeAsync().AsTask();
        Task closing = fixture.Server.DisposeAsync().AsTask();
        fixture.Run();
        fixture.Failure(probe).Should().BeOfType<InvalidOperationException>();
        fixture.AdvanceUntil(closing, s_long);
    }

    [Fact]
    public void Several_who_dispose_all_wait_for_the_end()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        fixture.Link.ToServer.Delay = TimeSpan.FromMilliseconds(100);
        Task first = fixture.Client.DisposeAsync().AsTask();
        Task second = fixture.Client.DisposeAsync().AsTask();
        fixture.Run();
        first.IsCompleted.Should().BeFalse();
        second.IsCompleted.Should().BeFalse();
        fixture.Advance(s_long);

        // Of several who await one task .NET lets all but one go on on the thread pool.
        SpinWait.SpinUntil(
            () =>
            {
                fixture.Run();
                return first.IsCompletedSuccessfully && second.IsCompletedSuccessfully;
            },
            TimeSpan.FromSeconds(10)).Should().BeTrue();
        fixture.Result(fixture.Client.DisposeAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_handler_may_dispose_and_block_until_it_is_done(bool synchronously)
    {
        // The pool, not the test's queue: the handler blocks its thread.
        ManualTimeProvider clock = new();
        using InMemoryLink link = InMemoryLink.Create(clock);
        HeartbeatStream stream = new(link.Client, new HeartbeatOptions { TimeProvider = clock });
        TaskCompletionSource handled = new();
        stream.Monitor.ConnectionLost += (_, _) =>
        {
            if (synchronously)
            {
                stream.Dispose();
            }
            else
            {
                stream.DisposeAsync().AsTask().GetAwaiter().GetResult();
            }

            handled.SetResult();
        };
        Task started = stream.StartAsync();
        link.Reset();

        await handled.Task.WaitAsync(TimeSpan.FromSeconds(10));
        (await Record.ExceptionAsync(() => started)).Should().BeAssignableTo<IOException>();
        await stream.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_handler_may_dispose_while_another_caller_does_and_waits_for_the_handler()
    {
        ManualTimeProvider clock = new();
        using InMemoryLink link = InMemoryLink.Create(clock);
        HeartbeatStream stream = new(link.Client, new HeartbeatOptions { TimeProvider = clock });
        TaskCompletionSource entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource goOn = new();
        stream.Monitor.ConnectionLost += (_, _) =>
        {
            entered.SetResult();
            goOn.Task.Wait();
            stream.DisposeAsync().AsTask().GetAwaiter().GetResult();
        };
        Task started = stream.StartAsync();
        link.Reset();
        await entered.Task.WaitAsync(TimeSpan.FromSeconds(10));

        Task outside = stream.DisposeAsync().AsTask();
        outside.IsCompleted.Should().BeFalse("a handler is running");
        goOn.SetResult();

        await outside.WaitAsync(TimeSpan.FromSeconds(10));
        (await Record.ExceptionAsync(() => started)).Should().NotBeNull();
    }

    [Fact]
    public async Task A_synchronous_dispose_returns_after_CloseTimeout_at_the_latest()
    {
        ManualTimeProvider clock = new();
        using InMemoryLink link = InMemoryLink.Create(clock);
        HeartbeatOptions options = new() { TimeProvider = clock, CloseTimeout = TimeSpan.FromSeconds(1) };
        HeartbeatStream client = new(link.Client, options);
        HeartbeatStream server = new(link.Server, options);
        await Task.WhenAll(client.StartAsync(), server.StartAsync()).WaitAsync(TimeSpan.FromSeconds(10));
        link.Stall();

        Task disposing = Task.Run(client.Dispose);
        while (!disposing.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }

        await disposing;
        clock.GetTimestamp().Should().BeGreaterThanOrEqualTo(TimeSpan.TicksPerSecond);
        await server.AbortAsync();
    }

    [Fact]
    public void A_stream_that_is_to_stay_open_can_be_used_afterwards()
    {
        using StreamFixture fixture = new();
        HeartbeatStream client = new(fixture.Link.Client, fixture.With(), leaveOpen: true);
        HeartbeatStream server = new(fixture.Link.Server, fixture.With(), leaveOpen: true);
        Task started = client.StartAsync();
        Task serverStarted = server.StartAsync();
        fixture.Result(started);
        fixture.Result(serverStarted);

        Task closing = Task.WhenAll(client.DisposeAsync().AsTask(), server.DisposeAsync().AsTask());
        fixture.AdvanceUntil(closing, TimeSpan.FromSeconds(1));

        fixture.Result(fixture.Link.Client.WriteAsync(new byte[] { 1, 2, 3 }));
        fixture.Result(fixture.Link.Server.ReadAsync(new byte[10])).Should().Be(3);
        fixture.Result(fixture.Link.Server.WriteAsync(new byte[] { 4 }));
        fixture.Result(fixture.Link.Client.ReadAsync(new byte[10])).Should().Be(1);
    }

    [Fact]
    public async Task A_socket_that_is_to_stay_open_can_be_used_afterwards_and_has_its_options_back()
    {
        using SocketPair pair = SocketPair.OverTcp();
        HeartbeatStream client = new(pair.Client, leaveOpen: true);
        HeartbeatStream server = new(pair.Server, leaveOpen: true);
        await Task.WhenAll(client.StartAsync(), server.StartAsync()).WaitAsync(TimeSpan.FromSeconds(10));
        await Task.WhenAll(client.DisposeAsync().AsTask(), server.DisposeAsync().AsTask()).WaitAsync(TimeSpan.FromSeconds(10));

        pair.Client.NoDelay.Should().BeFalse();
        await pair.Client.SendAsync(new byte[] { 1, 2, 3 });
        (await pair.Server.ReceiveAsync(new byte[10]).WaitAsync(TimeSpan.FromSeconds(10))).Should().Be(3);
    }

    private static async Task<byte[]> ReadToEndAsync(Stream stream)
    {
        using MemoryStream all = new();
        byte[] buffer = new byte[10_000];
        while (await stream.ReadAsync(buffer).ConfigureAwait(false) is var count and > 0)
        {
            all.Write(buffer, 0, count);
        }

        return all.ToArray();
    }

    [Fact]
    public void A_peer_that_beats_once_an_hour_delays_no_close_that_has_nothing_left_to_confirm()
    {
        using StreamFixture fixture = StreamFixture.Opened(server: new HeartbeatOptions { MinTransmitInterval = TimeSpan.FromHours(1) });
        fixture.Link.Cut();

        Task closing = fixture.Client.DisposeAsync().AsTask();

        fixture.AdvanceUntil(closing, TimeSpan.FromSeconds(10)).Should().BeCloseTo(StreamFixture.T, TimeSpan.FromMilliseconds(250));
    }
}
