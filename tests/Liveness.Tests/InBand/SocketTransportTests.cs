using System.Net;
using System.Net.Sockets;
using Liveness.Tests.KeepAlive;

namespace Liveness.Tests.InBand;

public sealed class SocketTransportTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    [LinuxFact]
    public void A_reset_whose_error_a_send_has_taken_is_still_told_from_an_orderly_end()
    {
        (Socket ours, Socket peers) = ConnectedPair();
        using (ours)
        {
            SocketTransport transport = new(ours, owner: null, leaveOpen: false);
            peers.Close(0);
            ours.Poll(s_patience, SelectMode.SelectRead).Should().BeTrue();
            Action send = () => ours.Send([1]);
            send.Should().Throw<SocketException>();

            ours.Receive(new byte[1]).Should().Be(0, "that is what makes it look like an orderly end");
            Exception? failure = transport.FailureBehindEnd();

            failure.Should().BeOfType<SocketException>().Which.SocketErrorCode.Should().Be(SocketError.ConnectionReset);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_socket_that_is_not_taken_is_left_as_it_was(bool asStream)
    {
        (Socket ours, Socket peers) = ConnectedPair();
        using (ours)
        using (peers)
        {
            HeartbeatOptions refused = new() { DetectWithin = TimeSpan.FromTicks(1) };
            Action wrap = asStream ? () => _ = new HeartbeatStream(new NetworkStream(ours), refused) : () => _ = new HeartbeatStream(ours, refused);

            wrap.Should().Throw<ArgumentOutOfRangeException>();

            ours.Blocking.Should().BeTrue();
            ours.NoDelay.Should().BeFalse();
        }
    }

    [Fact]
    public async Task A_socket_that_stays_open_gets_its_settings_back()
    {
        (Socket ours, Socket peers) = ConnectedPair();
        using (ours)
        using (peers)
        {
            HeartbeatStream client = new(ours, leaveOpen: true);
            HeartbeatStream server = new(peers, leaveOpen: true);
            await Task.WhenAll(client.StartAsync(), server.StartAsync()).WaitAsync(s_patience);

            await Task.WhenAll(client.DisposeAsync().AsTask(), server.DisposeAsync().AsTask()).WaitAsync(s_patience);

            (ours.Blocking, ours.NoDelay, peers.Blocking, peers.NoDelay).Should().Be((true, false, true, false));
            ours.Send([1, 2, 3]).Should().Be(3);
            peers.Receive(new byte[10]).Should().Be(3);
        }
    }

    [Fact]
    public void An_orderly_end_hides_no_failure()
    {
        (Socket ours, Socket peers) = ConnectedPair();
        using (ours)
        {
            SocketTransport transport = new(ours, owner: null, leaveOpen: false);
            peers.Shutdown(SocketShutdown.Send);
            ours.Poll(s_patience, SelectMode.SelectRead).Should().BeTrue();
            ours.Receive(new byte[1]).Should().Be(0);

            transport.FailureBehindEnd().Should().BeNull();
            peers.Dispose();
        }
    }

    private static (Socket Ours, Socket Peers) ConnectedPair()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        Socket ours = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        ours.Connect(listener.LocalEndpoint);
        return (ours, listener.AcceptSocket());
    }
}
