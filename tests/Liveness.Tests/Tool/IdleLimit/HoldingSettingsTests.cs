using System.Text;
using Liveness.KeepAlive;
using Liveness.Tool.IdleLimit;
using Microsoft.Extensions.Configuration;

namespace Liveness.Tests.Tool.IdleLimit;

public sealed class HoldingSettingsTests
{
    [Fact]
    public void Every_limit_is_held_even_if_a_probe_is_lost_and_a_long_one_with_half_of_it_to_spare()
    {
        for (double seconds = 3; seconds < 86_400; seconds *= 1.01)
        {
            HoldingSettings holding = HoldingSettings.For(TimeSpan.FromSeconds(seconds))!;

            (holding.IdleSeconds + holding.IntervalSeconds).Should().BeLessThan((int)seconds, $"with a limit of {seconds} s");
            if (seconds >= 8)
            {
                ((double)holding.IdleSeconds).Should().BeLessThanOrEqualTo(seconds / 2);
            }
        }
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(2.9)]
    public void Shorter_ones_are_beyond_keepalive(double seconds)
    {
        HoldingSettings.For(TimeSpan.FromSeconds(seconds)).Should().BeNull();
    }

    [Fact]
    public void They_are_written_as_each_place_wants_them()
    {
        HoldingSettings holding = HoldingSettings.For(TimeSpan.FromSeconds(243.7))!;

        holding.AppSettings.Should().Be("""{ "KeepAlive": { "DetectWithin": "00:04:00", "IdleLimit": "00:04:03" } }""");
        holding.SocketOptions.Should().Be("SO_KEEPALIVE 1, TCP_KEEPIDLE 120, TCP_KEEPINTVL 30, TCP_KEEPCNT 4, TCP_USER_TIMEOUT 240000");
        holding.Sysctl.Should().Be(
            "sysctl -w net.ipv4.tcp_keepalive_time=120 net.ipv4.tcp_keepalive_intvl=30 net.ipv4.tcp_keepalive_probes=4");
    }

    [Fact]
    public void Configuration_takes_them_and_comes_to_the_same_plan()
    {
        HoldingSettings holding = HoldingSettings.For(TimeSpan.FromSeconds(61))!;
        using MemoryStream json = new(Encoding.UTF8.GetBytes(holding.AppSettings));
        TcpKeepAliveOptions options = new ConfigurationBuilder().AddJsonStream(json).Build().GetSection("KeepAlive").Get<TcpKeepAliveOptions>()!;

        TcpKeepAlivePlan plan = TcpKeepAlivePlan.Create(options, KeepAlivePlatforms.Linux, KernelLimits.Standard);

        plan.Should().BeEquivalentTo(new { Idle = TimeSpan.FromSeconds(holding.IdleSeconds), ProbeCount = holding.Probes });
    }
}
