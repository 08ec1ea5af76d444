using System.Net.NetworkInformation;
using System.Net.Sockets;
using Liveness.KeepAlive;
using Liveness.Tests.InBand;

namespace Liveness.Tests.KeepAlive;

/// <summary>The layout against the running kernel.</summary>
public sealed class TcpInfoKernelTests
{
    [LinuxFact]
    public void It_counts_what_was_sent_and_received()
    {
        using SocketPair pair = SocketPair.OverTcp();
        pair.Client.Send(new byte[1_000]);
        ReceiveAll(pair.Server, 1_000);
        pair.Server.Send(new byte[300]);
        ReceiveAll(pair.Client, 300);

        TcpInfoSnapshot client = Read(pair.Client);
        TcpInfoSnapshot server = Read(pair.Server);

        client.State.Should().Be(TcpState.Established);
        client.BytesSent.Should().Be(1_000);
        client.BytesReceived.Should().Be(300);
        client.BytesAcknowledged.Should().Be(1_001, "the connecting end counts its SYN");
        server.BytesReceived.Should().Be(1_000);
        server.BytesSent.Should().Be(300);
        client.BytesRetransmitted.Should().Be(0);
        client.SegmentsReceived.Should().BeGreaterThan(1);
        client.SegmentsSent.Should().BeGreaterThan(2);
        client.Retransmits.Should().Be(0);
        client.UnansweredProbes.Should().Be(0);
        client.OutOfOrderSegments.Should().Be(0);
        client.RoundTrip.Should().BePositive().And.BeLessThan(TimeSpan.FromSeconds(1));
        client.MinRoundTrip.Should().BePositive().And.BeLessThanOrEqualTo(TimeSpan.FromSeconds(1));
        client.RetransmissionTimeout.Should().BeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(200)).And.BeLessThan(TimeSpan.FromSeconds(3));
        client.SinceDataReceived.Should().BeLessThan(TimeSpan.FromSeconds(5));
        client.SinceAckReceived.Should().BeLessThan(TimeSpan.FromSeconds(5));
        client.SegmentSizeBytes.Should().BeGreaterThan(500);
    }

    [LinuxFact]
    public void A_peer_that_does_not_read_shows_as_a_closed_window_with_bytes_waiting()
    {
        using SocketPair pair = SocketPair.OverTcp();
        pair.Server.ReceiveBufferSize = 4_096;
        pair.Server.SendBufferSize = 4_096;
        long written = Fill(pair.Client);

        TcpInfoSnapshot client = Read(pair.Client);

        client.UnsentBytes.Should().BePositive();
        (client.SendQueueBytes + client.BytesAcknowledged - 1).Should().BeInRange(written - 1, written);
        client.PeerWindowBytes.Should().BeLessThan(1 << 20);
        client.UnansweredProbes.Should().Be(0);
    }

    [LinuxFact]
    public void At_the_accepting_end_the_bytes_that_wait_are_exact()
    {
        using SocketPair pair = SocketPair.OverTcp();
        long written = Fill(pair.Server);

        TcpInfoSnapshot server = Read(pair.Server);

        (server.SendQueueBytes + server.BytesAcknowledged).Should().Be(written);
    }

    [LinuxFact]
    public void A_peer_that_closes_shows_as_close_wait_and_a_reset_as_closed()
    {
        using (SocketPair pair = SocketPair.OverTcp())
        {
            pair.Server.Shutdown(SocketShutdown.Send);
            pair.Client.Receive(new byte[1]).Should().Be(0);
            Read(pair.Client).State.Should().Be(TcpState.CloseWait);
        }

        using (SocketPair pair = SocketPair.OverTcp())
        {
            pair.Server.LingerState = new LingerOption(true, 0);
            pair.Server.Dispose();
            pair.Client.Poll(TimeSpan.FromSeconds(10), SelectMode.SelectRead).Should().BeTrue();
            Read(pair.Client).State.Should().Be(TcpState.Closed);
            Action receive = () => pair.Client.Receive(new byte[1]);
            receive.Should().Throw<SocketException>("the snapshot has not taken the error away").Which.SocketErrorCode.Should().Be(SocketError.ConnectionReset);
        }
    }

    [LinuxFact]
    public void What_is_closed_or_not_TCP_has_none()
    {
        SocketPair pair = SocketPair.OverTcp();
        pair.Dispose();
        using Socket udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

        TcpInfoSnapshot.TryRead(pair.Client, out _).Should().BeFalse();
        TcpInfoSnapshot.TryRead(udp, out _).Should().BeFalse();
        Action none = () => TcpInfoSnapshot.TryRead(null!, out _);
        none.Should().Throw<ArgumentNullException>();
    }

    [LinuxFact]
    public void It_allocates_nothing()
    {
        using SocketPair pair = SocketPair.OverTcp();
        TcpInfoSnapshot.TryRead(pair.Client, out _).Should().BeTrue();

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            TcpInfoSnapshot.TryRead(pair.Client, out _);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }

    private static TcpInfoSnapshot Read(Socket socket)
    {
        TcpInfoSnapshot.TryRead(socket, out TcpInfoSnapshot snapshot).Should().BeTrue();
        return snapshot;
    }

    private static void ReceiveAll(Socket socket, int count)
    {
        for (int received = 0; received < count;)
        {
            received += socket.Receive(new byte[count - received]);
        }
    }

    /// <summary>Writes until the kernel takes no more.</summary>
    private static long Fill(Socket socket)
    {
        socket.Blocking = false;
        byte[] chunk = new byte[64 * 1024];
        long written = 0;
        while (true)
        {
            int sent = socket.Send(chunk, SocketFlags.None, out SocketError error);
            if (error == SocketError.WouldBlock)
            {
                return written;
            }

            error.Should().Be(SocketError.Success);
            written += sent;
        }
    }
}
