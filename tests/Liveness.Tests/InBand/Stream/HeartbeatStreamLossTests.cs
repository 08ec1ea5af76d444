using System.Net.Sockets;

namespace Liveness.Tests.InBand;

public sealed class HeartbeatStreamLossTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData("heartbeat_timed_out")]
    [InlineData("outbound_dead")]
    [InlineData("connection_reset")]
    [InlineData("closed_without_goodbye")]
    [InlineData("keep_alive_timed_out")]
    [InlineData("network_unreachable")]
    [InlineData("transport_failed")]
    [InlineData("peer_gave_up")]
    [InlineData("protocol_violated")]
    public void Every_loss_ends_what_waits_and_what_comes_later_with_itself(string errorType)
    {
        using StreamFixture fixture = new();
        BlockingStream inner = new(fixture.Link.Client);
        HeartbeatStream client = new(inner, fixture.With());
        RawPeer peer = new(fixture);
        Task started = client.StartAsync();
        fixture.Run();
        peer.SendHello();
        fixture.Result(started);
        Task<int> read = client.ReadAsync(new byte[10]).AsTask();
        Task write = client.WriteAsync(new byte[200_000]).AsTask();
        Task<TimeSpan> probe = client.Monitor.ProbeAsync().AsTask();
        fixture.Run();

        Cause(errorType, fixture, inner, peer);
        fixture.AdvanceUntil(client.Monitor.Completion, s_long);

        ConnectionLoss loss = client.Monitor.Loss!;
        loss.ErrorType.Should().Be(errorType);
        foreach (Task task in (Task[])[read, write, probe, client.ReadAsync(new byte[1]).AsTask(), client.WriteAsync(new byte[1]).AsTask(), client.FlushAsync(), client.Monitor.ProbeAsync().AsTask()])
        {
            fixture.Failure(task).Should().BeOfType<ConnectionLostException>().Which.Loss.Should().BeSameAs(loss);
        }

        client.Invoking(stream => stream.CompleteWrites()).Should().Throw<ConnectionLostException>();
        fixture.Logger.Entries.Count(entry => entry.EventName == "ConnectionLost").Should().Be(1);
        fixture.AdvanceUntil(client.DisposeAsync().AsTask(), s_long);
    }

    [Theory]
    [InlineData("handshake_failed")]
    [InlineData("peer_not_liveness")]
    public void A_handshake_that_fails_is_told_by_StartAsync_and_by_whatever_waits(string errorType)
    {
        using StreamFixture fixture = new();
        Task started = fixture.Client.StartAsync();
        Task<int> read = fixture.Client.ReadAsync(new byte[10]).AsTask();
        Task<TimeSpan> probe = fixture.Client.Monitor.ProbeAsync().AsTask();
        if (errorType == "peer_not_liveness")
        {
            new RawPeer(fixture).Send("220 mail.example.org ESMTP\r\n"u8);
        }

        fixture.AdvanceUntil(fixture.Client.Monitor.Completion, s_long);

        fixture.Client.Monitor.Loss!.ErrorType.Should().Be(errorType);
        foreach (Task task in (Task[])[started, read, probe, fixture.Client.StartAsync()])
        {
            fixture.Failure(task).Should().BeOfType<ConnectionLostException>().Which.Loss.Should().BeSameAs(fixture.Client.Monitor.Loss);
        }
    }

    [Fact]
    public void A_waiting_flush_ends_with_the_loss()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        fixture.Result(fixture.Client.WriteAsync(new byte[100_000]));
        Task flush = fixture.Client.FlushAsync();
        fixture.Run();
        fixture.Link.Reset();
        fixture.Failure(flush).Should().BeOfType<ConnectionLostException>();
    }

    [Fact]
    public void The_end_comes_in_the_promised_order_and_once()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        ConnectionMonitor monitor = fixture.Client.Monitor;
        List<string> order = [];
        monitor.LostToken.Register(() => order.Add($"lost {monitor.Completion.IsCompleted} {monitor.Loss is not null}"));
        monitor.EndedToken.Register(() => order.Add($"ended {monitor.LostToken.IsCancellationRequested}"));
        monitor.StateChanged += (_, e) => order.Add($"{e.NewState}");
        monitor.ConnectionLost += (_, e) => order.Add($"handler {monitor.EndedToken.IsCancellationRequested} {ReferenceEquals(e.Loss, monitor.Loss)}");
        monitor.ConnectionLost += (_, _) => throw new InvalidOperationException("a handler that throws");
        _ = SeeLossAsync(fixture.Client, order);
        fixture.Run();

        fixture.Link.Reset();
        fixture.Advance(s_long);

        order.Where(line => line != "read: monitor knows").Should().Equal("lost True True", "ended True", "Lost", "handler True True");
        order.Should().Contain("read: monitor knows");
        int late = 0;
        monitor.ConnectionLost += (_, _) => late++;
        fixture.Run();
        late.Should().Be(1);
        fixture.AdvanceUntil(fixture.Client.DisposeAsync().AsTask(), s_long);
        monitor.ConnectionLost += (_, _) => late++;
        fixture.Advance(s_long);
        late.Should().Be(1, "no handler is started after dispose");
    }

    [Fact]
    public void Received_bytes_are_read_before_the_loss_is_told()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        fixture.Result(fixture.Server.WriteAsync(new byte[1000]));
        fixture.Link.Reset();
        fixture.Advance(TimeSpan.Zero);
        fixture.Client.Monitor.State.Should().Be(LivenessState.Lost);

        fixture.Result(fixture.Client.ReadAsync(new byte[600])).Should().Be(600);
        fixture.Result(fixture.Client.ReadAsync(new byte[600])).Should().Be(400);
        fixture.Failure(fixture.Client.ReadAsync(new byte[600]).AsTask()).Should().BeOfType<ConnectionLostException>();
    }

    [Fact]
    public void A_peer_that_is_judged_is_told_so_before_the_connection_is_cut_off()
    {
        using StreamFixture fixture = new();
        Task started = fixture.Client.StartAsync();
        RawPeer peer = new(fixture);
        peer.SendHello();
        fixture.Result(started);

        fixture.AdvanceUntil(fixture.Client.Monitor.Completion, s_long);
        fixture.Advance(TimeSpan.FromSeconds(1));
        peer.Receive();

        fixture.Client.Monitor.Loss.Should().BeOfType<HeartbeatTimedOut>();
        peer.Goodbye!.Value.Code.Should().Be(GoodbyeCode.JudgedLost);
        peer.Failure!.InnerException.Should().BeOfType<SocketException>().Which.SocketErrorCode.Should().Be(SocketError.ConnectionReset);
    }

    [Fact]
    public void A_dispose_that_meets_a_loss_still_tells_it_and_says_goodbye()
    {
        using StreamFixture fixture = new();
        Task started = fixture.Client.StartAsync();
        RawPeer peer = new(fixture);
        peer.SendHello();
        fixture.Result(started);
        int told = 0;
        fixture.Client.Monitor.ConnectionLost += (_, _) => told++;

        // The verdict falls on the scheduler's thread; nothing of what follows has run when the application disposes.
        while (fixture.Client.Monitor.GetSnapshot().State != LivenessState.Lost)
        {
            fixture.Run();
            fixture.Clock.AdvanceTo(fixture.Clock.NextTimerDue!.Value);
        }

        Task closing = fixture.Client.DisposeAsync().AsTask();
        fixture.AdvanceUntil(closing, s_long);
        fixture.Advance(TimeSpan.FromSeconds(1));
        peer.Receive();

        told.Should().Be(1);
        fixture.Client.Monitor.State.Should().Be(LivenessState.Lost);
        peer.Goodbye!.Value.Code.Should().Be(GoodbyeCode.JudgedLost);
    }

    [Fact]
    public void A_reader_who_retries_after_a_loss_makes_no_second_event()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        int told = 0;
        fixture.Client.Monitor.ConnectionLost += (_, _) => told++;
        fixture.Link.Cut();
        fixture.AdvanceUntil(fixture.Client.Monitor.Completion, s_long);
        for (int i = 0; i < 5; i++)
        {
            fixture.Failure(fixture.Client.ReadAsync(new byte[1]).AsTask()).Should().BeOfType<ConnectionLostException>();
        }

        fixture.Advance(s_long);
        told.Should().Be(1);
        fixture.Clock.NextTimerDue.Should().BeNull("a lost connection leaves no timer behind, and the other end is lost as well");
    }

    private static async Task SeeLossAsync(HeartbeatStream stream, List<string> order)
    {
        try
        {
            await stream.ReadAsync(new byte[1]).ConfigureAwait(false);
        }
        catch (ConnectionLostException exception)
        {
            order.Add(ReferenceEquals(exception.Loss, stream.Monitor.Loss) ? "read: monitor knows" : "read: too early");
        }
    }

    private static void Cause(string errorType, StreamFixture fixture, BlockingStream inner, RawPeer peer)
    {
        switch (errorType)
        {
            case "heartbeat_timed_out":
                fixture.Link.Cut();
                break;
            case "connection_reset":
                fixture.Link.Reset();
                break;
            case "closed_without_goodbye":
                fixture.Link.Close();
                break;
            case "keep_alive_timed_out":
                inner.ReadsFail = new IOException("wrapped", new SocketException((int)SocketError.TimedOut));
                peer.SendBeat(1);
                break;
            case "network_unreachable":
                inner.ReadsFail = new IOException("wrapped", new SocketException((int)SocketError.NetworkUnreachable));
                peer.SendBeat(1);
                break;
            case "transport_failed":
                inner.ReadsFail = new FormatException("a stream of somebody");
                peer.SendBeat(1);
                break;
            case "peer_gave_up":
                peer.SendGoodbye(GoodbyeCode.Aborted);
                break;
            case "protocol_violated":
                peer.Send([0x50, 0, 0, 0]);
                break;
            default:
                // Our beats are taken and never echoed, nor heard; the peer goes on beating.
                inner.WritesNeverEnd = true;
                for (uint sequence = 1; fixture.Link.Client.CanRead && sequence < 100; sequence++)
                {
                    peer.SendBeat(sequence);
                    fixture.Advance(TimeSpan.FromMilliseconds(400));
                }

                break;
        }
    }
}
