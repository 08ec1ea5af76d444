using Liveness.KeepAlive;
using Liveness.Kernel;
using Liveness.Tests.KeepAlive;

namespace Liveness.Tests.Pages;

/// <summary>The page about the kernel half is true.</summary>
public sealed class KeepAlivePageTests
{
    private static readonly string s_page = Page.Doc("keepalive.md").Text;

    [Fact]
    public void The_explained_plan_is_what_the_library_prints()
    {
        s_page.Should().Contain(Plans.For(KeepAlivePlatforms.Linux, 60).Explain().ReplaceLineEndings("\n"));
    }

    [LinuxFact]
    public void What_is_in_force_is_printed_as_it_says()
    {
        using InBand.SocketPair pair = InBand.SocketPair.OverTcp();

        s_page.Should().Contain("\n" + pair.Client.ApplyTcpKeepAlive(new TcpKeepAliveOptions { DetectWithin = TimeSpan.FromSeconds(60) }).InForce + "\n");
    }

    [Fact]
    public void Every_option_stands_in_the_table()
    {
        typeof(TcpKeepAliveOptions).GetProperties().Should().OnlyContain(property => s_page.Contains($"`{property.Name}`"));
    }

    [Fact]
    public void The_options_of_the_socket_monitor_stand_there_with_their_defaults()
    {
        typeof(SocketWatcherOptions).GetProperties().Should().OnlyContain(property => s_page.Contains($"| `{property.Name}` |"));
        TcpKeepAliveOptions standard = new SocketWatcherOptions().KeepAlive!;
        s_page.Should().Contain($"| `KeepAlive` | DetectWithin {standard.DetectWithin:c}, {standard.Policy} |");
    }

    [Fact]
    public void The_ranges_in_the_table_are_the_constants()
    {
        TcpKeepAliveDefaults.MinDetectWithin(TcpKeepAliveDefaults.ProbeCount).ToString("c").Should().Be("00:00:05");
        TcpKeepAliveDefaults.MaxDetectWithin.ToString("c").Should().Be("18:12:11");
        foreach (KeepAlivePlatform platform in new[] { KeepAlivePlatforms.Linux, KeepAlivePlatforms.Android })
        {
            Most(platform).Should().Be("09:06:07");
            platform.ProbeCount!.Most.Should().Be(127);
        }

        foreach (KeepAlivePlatform platform in new[] { KeepAlivePlatforms.Windows1709, KeepAlivePlatforms.MacOS, KeepAlivePlatforms.FreeBsd })
        {
            Most(platform).Should().Be("49.17:02:47");
        }

        KeepAlivePlatforms.Windows1709.ProbeCount!.Most.Should().Be(255);
    }

    private static string Most(KeepAlivePlatform platform)
    {
        platform.Interval!.Most.Should().Be(platform.Idle!.Most);
        return TimeSpan.FromSeconds(platform.Idle.Most).ToString("c");
    }
}
