using System.Net;
using System.Net.Sockets;

namespace Liveness.Tests.InBand;

public sealed class SocketTransportTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    [Fact]
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

            if (OperatingSystem.IsLinux())
            {
                failure.Should().BeOfType<SocketException>().Which.SocketErrorCode.Should().Be(SocketError.ConnectionReset);
            }
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
