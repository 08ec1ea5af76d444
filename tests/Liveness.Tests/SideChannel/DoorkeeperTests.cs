using System.Net;
using Liveness.SideChannel;

namespace Liveness.Tests.SideChannel;

public sealed class DoorkeeperTests
{
    private static readonly IPAddress s_here = IPAddress.Parse("192.0.2.1");

    private readonly Doorkeeper<string> _door = new(most: 4, mostPerAddress: 2);

    [Fact]
    public void The_oldest_of_the_same_address_goes_for_a_newcomer()
    {
        _door.Enter(s_here, "one").Should().BeNull();
        _door.Enter(s_here, "two").Should().BeNull();
        _door.Enter(IPAddress.Parse("192.0.2.2"), "elsewhere").Should().BeNull();

        _door.Enter(s_here, "three").Should().Be("one");
        _door.Enter(IPAddress.Parse("::ffff:192.0.2.1"), "four").Should().Be("two", "it is the same address");
        _door.Count.Should().Be(3);
    }

    [Fact]
    public void Where_all_places_are_taken_the_oldest_of_all_goes()
    {
        for (int i = 1; i <= 4; i++)
        {
            _door.Enter(IPAddress.Parse($"192.0.2.{i}"), $"{i}").Should().BeNull();
        }

        _door.Leave("1");
        _door.Enter(IPAddress.Parse("192.0.2.5"), "5").Should().BeNull("somebody has left");
        _door.Enter(IPAddress.Parse("192.0.2.6"), "6").Should().Be("2");
        _door.Leave("2");
        _door.Count.Should().Be(4);
    }

    [Fact]
    public void Of_IPv6_one_host_may_own_all_of_a_64()
    {
        _door.Enter(IPAddress.Parse("2001:db8::1"), "one").Should().BeNull();
        _door.Enter(IPAddress.Parse("2001:db8::2"), "two").Should().BeNull();
        _door.Enter(IPAddress.Parse("2001:db8:0:1::1"), "elsewhere").Should().BeNull();

        _door.Enter(IPAddress.Parse("2001:db8::3"), "three").Should().Be("one");
    }
}
