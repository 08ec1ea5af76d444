using System.Net;
using System.Net.Sockets;
using Liveness.SideChannel;

namespace Liveness.Tests;

public sealed class ConnectionTupleTests
{
    [Fact]
    public void A_dual_mode_socket_and_an_IPv4_socket_name_the_same_connection()
    {
        ConnectionTuple client = SideTuples.Of("127.0.0.1", 35319, "127.0.0.1", 443);
        ConnectionTuple accepted = SideTuples.Of("::ffff:127.0.0.1", 443, "::ffff:127.0.0.1", 35319);

        accepted.Swap().Should().Be(client);
        client.Swap().Should().NotBe(client);
        client.Swap().Swap().Should().Be(client);
    }

    [Fact]
    public void A_scope_id_does_not_count()
    {
        SideTuples.Of("fe80::1%3", 1, "fe80::2%3", 2).Should().Be(SideTuples.Of("fe80::1%7", 1, "fe80::2", 2));
    }

    [Fact]
    public void Addresses_come_back_as_they_were()
    {
        ConnectionTuple tuple = SideTuples.Of("192.0.2.1", 65535, "2001:db8::7", 0);

        tuple.LocalAddress.Should().Be(IPAddress.Parse("192.0.2.1"));
        tuple.RemoteAddress.Should().Be(IPAddress.Parse("2001:db8::7"));
        tuple.ToString().Should().Be("192.0.2.1:65535-[2001:db8::7]:0");
    }

    [Fact]
    public void Only_IP_endpoints_have_one()
    {
        IPEndPoint ip = new(IPAddress.Loopback, 1);

        ConnectionTuple.TryCreate(ip, null, out _).Should().BeFalse();
        ConnectionTuple.TryCreate(new UnixDomainSocketEndPoint("/s"), ip, out _).Should().BeFalse();
        ConnectionTuple.TryCreate(new DnsEndPoint("example", 1), ip, out _).Should().BeFalse();
    }

    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("::1", false)]
    [InlineData("127.0.0.1", true)]
    public async Task What_the_kernel_says_of_a_socket_is_what_its_properties_say(string address, bool isDualMode)
    {
        IPAddress loopback = IPAddress.Parse(address);
        using Socket listening = new(loopback.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listening.Bind(new IPEndPoint(loopback, 0));
        listening.Listen();
        using Socket client = isDualMode ? new Socket(SocketType.Stream, ProtocolType.Tcp) : new Socket(loopback.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listening.LocalEndPoint!);
        using Socket accepted = await listening.AcceptAsync();

        ConnectionTuple.TryRead(client, out ConnectionTuple here).Should().BeTrue();
        ConnectionTuple.TryRead(accepted, out ConnectionTuple there).Should().BeTrue();

        ConnectionTuple.TryCreate(client.LocalEndPoint, client.RemoteEndPoint, out ConnectionTuple told).Should().BeTrue();
        here.Should().Be(told);
        there.Swap().Should().Be(here);
        client.Dispose();
        client.Invoking(static closed => ConnectionTuple.TryRead(closed, out _)).Should().Throw<ObjectDisposedException>();
    }

    [Fact]
    public async Task A_connection_that_was_reset_before_it_is_watched_still_has_its_name()
    {
        using Socket listening = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listening.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listening.Listen();
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listening.LocalEndPoint!);
        using Socket accepted = await listening.AcceptAsync();
        ConnectionTuple.TryRead(client, out ConnectionTuple named).Should().BeTrue();
        client.LingerState = new LingerOption(enable: true, seconds: 0);
        client.Dispose();
        accepted.Poll(TimeSpan.FromSeconds(10), SelectMode.SelectRead).Should().BeTrue("the reset is here");

        SystemSocketAccess.Shared.TryName(accepted, out ConnectionTuple tuple).Should().BeTrue();

        tuple.Swap().Should().Be(named);
    }

    [Fact]
    public void A_socket_that_has_no_peer_has_none()
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);

        ConnectionTuple.TryRead(socket, out _).Should().BeFalse();
    }
}
