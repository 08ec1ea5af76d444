namespace Liveness.Tests.InBand;

public sealed class HeartbeatStreamHostileTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(1);

    [Fact]
    public void Garbage_of_any_kind_ends_the_connection_and_is_never_taken_for_data()
    {
        Random random = new(1);
        for (int i = 0; i < 200; i++)
        {
            using StreamFixture fixture = new();
            RawPeer peer = new(fixture);
            Task started = fixture.Client.StartAsync();
            byte[] garbage = new byte[random.Next(1, 500)];
            random.NextBytes(garbage);
            bool afterHello = i % 2 == 0;
            if (afterHello)
            {
                peer.SendHello();
                fixture.Result(started);
                garbage[0] |= 0x40;
                garbage[0] &= 0x7F;
            }

            peer.Send(garbage);
            fixture.AdvanceUntil(fixture.Client.Monitor.Completion, s_long);

            fixture.Client.Monitor.Loss.Should().Match<ConnectionLoss>(loss => loss is ProtocolViolated || loss is PeerNotLiveness || loss is HandshakeFailed);
            fixture.Client.Monitor.GetSnapshot().BytesReceived.Should().Be(0);
        }
    }

    [Fact]
    public void A_mirror_is_no_peer()
    {
        using StreamFixture fixture = new();
        Task started = fixture.Client.StartAsync();
        fixture.Run();
        byte[] hello = new byte[WireLimits.HeaderSize + WireLimits.HelloPayload];
        fixture.Result(fixture.Link.Server.ReadAsync(hello)).Should().Be(hello.Length);
        fixture.Result(fixture.Link.Server.WriteAsync(hello));

        fixture.Failure(started).Should().BeOfType<ConnectionLostException>().Which.Loss.Should().BeOfType<PeerNotLiveness>();
    }

    [Fact]
    public void A_peer_that_never_speaks_is_given_up_after_the_handshake_time_and_no_earlier()
    {
        using StreamFixture fixture = new();
        Task started = fixture.Client.StartAsync();
        TimeSpan waited = fixture.AdvanceUntil(fixture.Client.Monitor.Completion, s_long);

        waited.Should().BeCloseTo(HeartbeatDefaults.HandshakeTimeout, TimeSpan.FromMilliseconds(20));
        fixture.Failure(started).Should().BeOfType<ConnectionLostException>().Which.Loss.Should().BeOfType<HandshakeFailed>();
    }

    [Fact]
    public void Behind_a_peer_that_never_reads_writes_wait_can_be_cancelled_and_the_connection_lives()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        using CancellationTokenSource cancel = new();
        Task write = fixture.Client.WriteAsync(new byte[10_000_000], cancel.Token).AsTask();
        fixture.Advance(s_long);

        write.IsCompleted.Should().BeFalse();
        fixture.Client.Monitor.State.Should().Be(LivenessState.Alive);
        fixture.Server.Monitor.GetSnapshot().UnreadBytes.Should().Be(HeartbeatDefaults.ReceiveWindow);
        fixture.Client.Monitor.Conditions.Should().HaveFlag(ConnectionConditions.PeerNotConsuming);
        cancel.Cancel();
        fixture.Failure(write).Should().BeAssignableTo<OperationCanceledException>();
    }

    [Fact]
    public void A_peer_that_sends_more_than_it_may_is_cut_off_and_no_more_than_a_window_is_kept()
    {
        using StreamFixture fixture = new();
        Task started = fixture.Client.StartAsync();
        RawPeer peer = new(fixture);
        peer.SendHello();
        fixture.Result(started);
        peer.SendData(40_000);
        peer.SendData(40_000);
        fixture.Run();

        fixture.Client.Monitor.Loss.Should().BeOfType<ProtocolViolated>();
        fixture.Client.Monitor.GetSnapshot().UnreadBytes.Should().BeLessThanOrEqualTo(HeartbeatDefaults.ReceiveWindow);
    }

    [Fact]
    public void A_flood_of_beats_is_cut_off()
    {
        using StreamFixture fixture = new();
        Task started = fixture.Client.StartAsync();
        RawPeer peer = new(fixture);
        peer.SendHello();
        fixture.Result(started);
        for (uint sequence = 1; sequence < 200 && fixture.Client.Monitor.Loss is null; sequence++)
        {
            peer.SendBeat(sequence);
            fixture.Run();
        }

        fixture.Client.Monitor.Loss.Should().BeOfType<ProtocolViolated>();
    }

    [Fact]
    public void Whatever_follows_the_goodbye_of_a_peer_is_not_read()
    {
        using StreamFixture fixture = new();
        Task started = fixture.Client.StartAsync();
        RawPeer peer = new(fixture);
        peer.SendHello();
        fixture.Result(started);
        peer.SendGoodbye(GoodbyeCode.Done);
        fixture.Run();
        fixture.Client.Monitor.State.Should().Be(LivenessState.Closed);

        Task flood = fixture.Link.Server.WriteAsync(new byte[1_000_000]).AsTask();
        fixture.Run();

        flood.IsCompleted.Should().BeFalse();
        fixture.Link.TrafficToClient.BytesSent.Should().BeLessThan(128 * 1024, "nobody reads any more");
    }
}
