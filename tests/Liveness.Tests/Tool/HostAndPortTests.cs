using Liveness.Tool;

namespace Liveness.Tests.Tool;

public sealed class HostAndPortTests
{
    [Theory]
    [InlineData("127.0.0.1:7000", "127.0.0.1")]
    [InlineData("example.org:7000", "example.org")]
    [InlineData("[::1]:7000", "::1")]
    [InlineData("[fe80::1%eth0]:7000", "fe80::1%eth0")]
    public void A_host_and_a_port_are_told_apart_and_written_the_same_way(string text, string host)
    {
        HostAndPort.TryParse(text, out System.Net.DnsEndPoint? endPoint).Should().BeTrue();
        endPoint!.Host.Should().Be(host);
        endPoint.Port.Should().Be(7000);
        HostAndPort.Of(endPoint).Should().Be(text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("7000")]
    [InlineData(":7000")]
    [InlineData("localhost")]
    [InlineData("localhost:")]
    [InlineData("localhost:0")]
    [InlineData("localhost:65536")]
    [InlineData("localhost:http")]
    [InlineData("local host:7000")]
    [InlineData("::1:7000")]
    [InlineData("[::1:7000")]
    [InlineData("[127.0.0.1]:7000")]
    [InlineData("[]:7000")]
    public void Anything_else_is_none(string text)
    {
        HostAndPort.TryParse(text, out _).Should().BeFalse();
    }
}
