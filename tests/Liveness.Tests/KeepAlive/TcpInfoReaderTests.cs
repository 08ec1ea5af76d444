using System.Net.NetworkInformation;
using System.Net.Sockets;
using Liveness.KeepAlive;
using Liveness.Tests.InBand;

namespace Liveness.Tests.KeepAlive;

/// <summary>The four outcomes of asking the kernel.</summary>
public sealed class TcpInfoReaderTests
{
    [LinuxFact]
    public void A_connection_is_told_of_and_a_closed_socket_is_gone()
    {
        using SocketPair pair = SocketPair.OverTcp();
        TcpInfoReader.Read(pair.Client, out TcpInfoSnapshot taken).Should().Be(SocketReading.Taken);
        TcpInfoReader.IsPlausible(taken).Should().BeTrue();
        pair.Client.Dispose();

        TcpInfoReader.Read(pair.Client, out TcpInfoSnapshot nothing).Should().Be(SocketReading.Gone);
        nothing.Should().Be(default(TcpInfoSnapshot));
    }

    [LinuxTheory]
    [InlineData(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)]
    [InlineData(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)]
    public void Another_kind_of_socket_refuses_and_stays_as_it_is(AddressFamily family, SocketType type, ProtocolType protocol)
    {
        using Socket socket = new(family, type, protocol);

        TcpInfoReader.Read(socket, out _).Should().Be(SocketReading.Refused);

        socket.Connected.Should().BeFalse();
    }

    [Fact]
    public void Whatever_the_kernel_answers_the_socket_stays_connected()
    {
        using SocketPair pair = SocketPair.OverTcp();

        _ = TcpInfoReader.Read(pair.Client, out _);
        _ = TcpInfoReader.Read(pair.Client, out _);

        pair.Client.Connected.Should().BeTrue("a question that is refused has ended nothing");
        using NetworkStream stream = new(pair.Client);
        stream.Write([1]);
        pair.Server.Receive(new byte[2]).Should().Be(1);
    }

    [LinuxFact]
    public void A_socket_that_is_not_connected_yet_is_told_of_as_what_it_is()
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);

        TcpInfoReader.Read(socket, out TcpInfoSnapshot snapshot).Should().Be(SocketReading.Taken);

        snapshot.State.Should().Be(TcpState.Closed);
    }

    [Theory]
    [InlineData(1448, 3L, true)]
    [InlineData(0, 3L, false)]
    [InlineData(1448, 0L, false)]
    [InlineData(0, 0L, false)]
    [InlineData(1448, null, true)]
    [InlineData(null, null, true)]
    public void Zeros_that_no_connection_can_have_are_not_believed(int? segmentSize, long? segments, bool plausible)
    {
        TcpInfoSnapshot told = new() { State = TcpState.Established, SegmentSizeBytes = segmentSize, SegmentsReceived = segments };

        TcpInfoReader.IsPlausible(told).Should().Be(plausible);
        TcpInfoReader.IsPlausible(told with { State = TcpState.Closed }).Should().BeTrue("an end is no connection");
    }
}
