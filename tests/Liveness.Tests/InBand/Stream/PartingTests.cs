using System.Net.Sockets;

namespace Liveness.Tests.InBand;

/// <summary>Where a reset would take the goodbye away again, FIN goes before it, and the peer gets a moment.</summary>
public sealed class PartingTests
{
    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(false, "RST")]
    public void A_peer_that_hears_of_an_abort_ends_the_connection_and_nobody_waits_longer(bool overtakes, string ends)
    {
        using StreamFixture fixture = new();
        SocketLikeTransport transport = Opened(fixture, overtakes, out HeartbeatStream client, out HeartbeatStream server);

        Task aborting = client.AbortAsync("the disk is full").AsTask();
        fixture.Advance(s_moment / 5);

        server.Monitor.Loss.Should().BeOfType<PeerGaveUp>().Which.Reason.Should().Be("the disk is full");
        aborting.IsCompleted.Should().BeTrue();
        string.Join(' ', transport.Ends).Should().Be(ends);
    }

    [Theory]
    [InlineData(false, "RST")]
    [InlineData(true, "FIN")]
    public void A_peer_that_does_not_answer_gets_half_a_second_and_then_the_reset(bool overtakes, string endsAtOnce)
    {
        using StreamFixture fixture = new();
        SocketLikeTransport transport = Opened(fixture, overtakes, out HeartbeatStream client, out _);
        Cut(fixture, transport);
        fixture.AdvanceUntil(client.Monitor.Completion, 2 * StreamFixture.T);

        client.Monitor.Loss.Should().BeOfType<HeartbeatTimedOut>("nobody who is told waits for the reset");
        string.Join(' ', transport.Ends).Should().Be(endsAtOnce);
        if (overtakes)
        {
            fixture.Advance(s_moment - TimeSpan.FromMilliseconds(1));
            transport.Ends.Should().Equal("FIN");
            fixture.Advance(TimeSpan.FromMilliseconds(1));
            transport.Ends.Should().Equal("FIN", "RST");
        }
    }

    [Fact]
    public void Whoever_aborts_or_disposes_does_not_wait_for_that()
    {
        using StreamFixture fixture = new();
        SocketLikeTransport transport = Opened(fixture, overtakes: true, out HeartbeatStream client, out _);
        Cut(fixture, transport);

        fixture.Result(client.AbortAsync("the disk is full"));
        fixture.Result(client.DisposeAsync());

        transport.Ends.Should().Equal("FIN");
        fixture.Advance(s_moment);
        transport.Ends.Should().Equal("FIN", "RST");
    }

    [Fact]
    public void A_close_timeout_that_is_shorter_bounds_the_moment_too()
    {
        using StreamFixture fixture = new();
        HeartbeatOptions options = new() { DetectWithin = StreamFixture.T, CloseTimeout = TimeSpan.FromMilliseconds(50) };
        SocketLikeTransport transport = Opened(fixture, overtakes: true, out HeartbeatStream client, out _, options);
        Cut(fixture, transport);
        fixture.AdvanceUntil(client.Monitor.Completion, 2 * StreamFixture.T);

        fixture.Advance(TimeSpan.FromMilliseconds(50));

        transport.Ends.Should().Equal("FIN", "RST");
    }

    [Fact]
    public async Task On_a_socket_it_is_a_FIN_and_what_comes_is_dropped_until_the_peer_ends_too()
    {
        using SocketPair pair = SocketPair.OverTcp();
        pair.Server.Send(new byte[100_000]);

        Task parting = SocketParting.EndAsync(pair.Client, CancellationToken.None);

        (await pair.Server.ReceiveAsync(new byte[1]).WaitAsync(s_patience)).Should().Be(0, "that is the FIN");
        parting.IsCompleted.Should().BeFalse("the peer has not ended yet");
        pair.Server.Shutdown(SocketShutdown.Send);
        await parting.WaitAsync(s_patience);
    }

    [Fact]
    public async Task On_a_socket_it_ends_when_time_is_up_and_whatever_has_become_of_the_socket()
    {
        using SocketPair silent = SocketPair.OverTcp();
        using CancellationTokenSource timeIsUp = new();
        Task parting = SocketParting.EndAsync(silent.Client, timeIsUp.Token);
        await timeIsUp.CancelAsync();
        await parting.WaitAsync(s_patience);

        SocketPair gone = SocketPair.OverTcp();
        gone.Dispose();
        await SocketParting.EndAsync(gone.Client, CancellationToken.None).WaitAsync(s_patience);

        using SocketPair reset = SocketPair.OverTcp();
        reset.Server.Close(0);
        await SocketParting.EndAsync(reset.Client, CancellationToken.None).WaitAsync(s_patience);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_socket_needs_it_on_Windows_only_and_never_where_it_stays_open(bool leaveOpen)
    {
        using SocketPair pair = SocketPair.OverTcp();

        new SocketTransport(pair.Client, owner: null, leaveOpen).ResetOvertakes.Should().Be(OperatingSystem.IsWindows() && !leaveOpen);
    }

    /// <summary>From here on nothing passes, the peer's end neither.</summary>
    private static void Cut(StreamFixture fixture, SocketLikeTransport transport)
    {
        fixture.Link.Cut();
        transport.IsCutOff = true;
    }

    private static SocketLikeTransport Opened(
        StreamFixture fixture, bool overtakes, out HeartbeatStream client, out HeartbeatStream server, HeartbeatOptions? options = null)
    {
        SocketLikeTransport transport = new(fixture.Link.Client) { Overtakes = overtakes };
        SocketLikeTransport peer = new(fixture.Link.Server) { Peer = transport };
        client = new HeartbeatStream(transport, fixture.With(options), endpointId: 1, pool: null);
        server = new HeartbeatStream(peer, fixture.With(), endpointId: 2, pool: null);
        Task[] started = [client.StartAsync(), server.StartAsync()];
        Array.ForEach(started, fixture.Result);
        return transport;
    }
}
