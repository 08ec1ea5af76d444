using System.Net;
using System.Net.Sockets;
using Liveness.Kernel;
using Liveness.Tests.InBand;

namespace Liveness.Tests.Kernel;

public sealed class LocalNetworkTests
{
    private static readonly Dictionary<IPAddress, bool> s_addresses = new()
    {
        [IPAddress.Parse("192.0.2.1")] = true,
        [IPAddress.Parse("192.0.2.2")] = false,
        [IPAddress.Parse("fe80::1")] = true,
    };

    [Theory]
    [InlineData("192.0.2.1", false)]
    [InlineData("192.0.2.2", true)]
    [InlineData("192.0.2.3", true)]
    [InlineData("::ffff:192.0.2.1", false)]
    [InlineData("fe80::1%7", false)]
    [InlineData("127.0.0.1", null)]
    public void The_interface_with_our_address_is_up_or_down_or_gone(string address, bool? isDown)
    {
        LocalNetwork.IsDown(IPAddress.Parse(address), s_addresses).Should().Be(isDown);
    }

    [Fact]
    public void Where_no_interface_can_be_listed_nothing_is_said()
    {
        LocalNetwork.IsDown(IPAddress.Parse("192.0.2.1"), new Dictionary<IPAddress, bool>()).Should().BeNull();
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, null)]
    public void A_list_that_breaks_while_interfaces_go_is_read_again_and_given_up_in_the_end(int failures, bool? isDown)
    {
        int reads = 0;

        LocalNetwork.IsDown(IPAddress.Parse("192.0.2.1"), () => ++reads > failures ? s_addresses : throw new ArgumentException("An invalid IP address was specified.")).Should().Be(isDown);
    }

    [Fact]
    public void An_address_that_never_was_on_an_interface_is_not_gone()
    {
        KnownAddresses known = new();
        bool? down = true;
        known.WasThere(IPAddress.Parse("192.0.2.3"), _ => down).Should().BeFalse("anycast");
        known.WasThere(IPAddress.Parse("192.0.2.1"), _ => false).Should().BeTrue();

        known.WasThere(IPAddress.Parse("192.0.2.1"), _ => down).Should().BeTrue("it was there, and is gone now");
        known.WasThere(IPAddress.Parse("192.0.2.4"), _ => null).Should().BeFalse("nothing can be listed");
        known.WasThere(IPAddress.Parse("192.0.2.4"), _ => false).Should().BeTrue("and is asked again");
    }

    [Fact]
    public void A_real_socket_can_be_asked_and_a_closed_one_does_no_harm()
    {
        using SocketPair pair = SocketPair.OverTcp();
        LocalNetwork.IsDown(pair.Client).Should().BeNull("loopback is no network that could be down");

        pair.Client.Dispose();

        LocalNetwork.IsDown(pair.Client).Should().BeNull();
        using Socket unbound = new(SocketType.Stream, ProtocolType.Tcp);
        LocalNetwork.IsDown(unbound).Should().BeNull();
    }
}
