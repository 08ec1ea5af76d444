using Liveness.KeepAlive;

namespace Liveness.Tests.KeepAlive;

/// <summary>A plan, in the words of connection strings.</summary>
public sealed class TcpKeepAliveKeywordsTests
{
    [Theory]
    [InlineData(60, "Tcp Keepalive=True;Tcp Keepalive Time=33;Tcp Keepalive Interval=3", 60)]
    [InlineData(20, "Tcp Keepalive=True;Tcp Keepalive Time=11;Tcp Keepalive Interval=1", 20)]
    [InlineData(10, "Tcp Keepalive=True;Tcp Keepalive Time=1;Tcp Keepalive Interval=1", 10)]
    [InlineData(5, "Tcp Keepalive=True;Tcp Keepalive Time=1;Tcp Keepalive Interval=1", 10)]
    [InlineData(3600.9, "Tcp Keepalive=True;Tcp Keepalive Time=1800;Tcp Keepalive Interval=200", 3600)]
    public void Npgsql_takes_time_and_interval_and_the_system_counts(double detectWithin, string keywords, double bound)
    {
        TcpKeepAliveKeywords found = TcpKeepAliveKeywords.ForNpgsql(Plans.For(KeepAlivePlatforms.Linux, detectWithin));

        found.ConnectionString.Should().Be(keywords);
        $"{found}".Should().Be(keywords);
        found.Detection.Idle.Should().Be(TimeSpan.FromSeconds(bound));
    }

    [Theory]
    [InlineData(60, "Keep Alive=51", 60)]
    [InlineData(11, "Keep Alive=2", 11)]
    [InlineData(5, "Keep Alive=1", 10)]
    public void MySqlConnector_takes_the_time_alone(double detectWithin, string keywords, double bound)
    {
        TcpKeepAliveKeywords found = TcpKeepAliveKeywords.ForMySqlConnector(Plans.For(KeepAlivePlatforms.Linux, detectWithin));

        found.ConnectionString.Should().Be(keywords);
        found.Detection.Idle.Should().Be(TimeSpan.FromSeconds(bound));
    }

    /// <summary>Never later than asked, where the asked time is long enough for the system's probes.</summary>
    [Fact]
    public void The_bound_is_kept_from_the_shortest_that_is_possible()
    {
        foreach (KeepAlivePlatform platform in new[] { KeepAlivePlatforms.Linux, KeepAlivePlatforms.Windows1709, KeepAlivePlatforms.MacOS, KeepAlivePlatforms.FreeBsd })
        {
            int shortest = platform.DefaultProbeCount + 1;
            for (int seconds = 5; seconds < 500; seconds++)
            {
                TcpKeepAlivePlan plan = Plans.For(platform, seconds);
                TimeSpan expected = TimeSpan.FromSeconds(Math.Max(seconds, shortest));
                TcpKeepAliveKeywords.ForNpgsql(plan).Detection.Idle.Should().Be(expected, "{0} on {1}", seconds, platform.Name);
                TcpKeepAliveKeywords.ForMySqlConnector(plan).Detection.Idle.Should().Be(expected, "{0} on {1}", seconds, platform.Name);
            }
        }
    }

    [Fact]
    public void Single_settings_are_taken_as_they_are_and_never_one_without_the_other()
    {
        TcpKeepAlivePlan both = Plans.For(KeepAlivePlatforms.Linux, Plans.Single(idle: 30, interval: 4));
        TcpKeepAlivePlan idle = Plans.For(KeepAlivePlatforms.Linux, Plans.Single(idle: 30));
        TcpKeepAlivePlan interval = Plans.For(KeepAlivePlatforms.Linux, Plans.Single(interval: 4));

        TcpKeepAliveKeywords.ForNpgsql(both).ConnectionString.Should().Be("Tcp Keepalive=True;Tcp Keepalive Time=30;Tcp Keepalive Interval=4");
        TcpKeepAliveKeywords.ForNpgsql(idle).ConnectionString.Should().Be("Tcp Keepalive=True;Tcp Keepalive Time=30;Tcp Keepalive Interval=75", "Npgsql would take the time for the interval too");
        TcpKeepAliveKeywords.ForNpgsql(interval).ConnectionString.Should().Be("Tcp Keepalive=True;Tcp Keepalive Time=7200;Tcp Keepalive Interval=4", "Npgsql refuses an interval alone");
        TcpKeepAliveKeywords.ForMySqlConnector(both).ConnectionString.Should().Be("Keep Alive=30");
        TcpKeepAliveKeywords.ForMySqlConnector(interval).ConnectionString.Should().Be("Keep Alive=0");
    }

    [Fact]
    public void Nothing_set_and_switched_off_are_two_things()
    {
        TcpKeepAliveKeywords on = TcpKeepAliveKeywords.ForNpgsql(Plans.For(KeepAlivePlatforms.Linux, new TcpKeepAliveOptions()));
        TcpKeepAlivePlan off = Plans.For(KeepAlivePlatforms.Linux, new TcpKeepAliveOptions { Enabled = false });

        (on.ConnectionString, on.Detection.Idle).Should().Be(("Tcp Keepalive=True", TimeSpan.FromSeconds(7200 + (9 * 75))));
        TcpKeepAliveKeywords npgsql = TcpKeepAliveKeywords.ForNpgsql(off);
        (npgsql.ConnectionString, npgsql.Detection.Idle).Should().Be(("Tcp Keepalive=False", Timeout.InfiniteTimeSpan));
        TcpKeepAliveKeywords mySql = TcpKeepAliveKeywords.ForMySqlConnector(off);
        (mySql.ConnectionString, mySql.Detection.Idle).Should().Be(("Keep Alive=0", TimeSpan.FromSeconds(7200 + (9 * 75))));
        mySql.Explain().Should().Contain("MySqlConnector always switches keepalive on");
    }

    [Fact]
    public void What_a_system_is_configured_to_counts()
    {
        TcpKeepAlivePlan plan = TcpKeepAlivePlan.Create(new TcpKeepAliveOptions { DetectWithin = TimeSpan.FromSeconds(20) }, KeepAlivePlatforms.Linux, Plans.Limits with { ProbeCount = 3 });

        TcpKeepAliveKeywords.ForNpgsql(plan).ConnectionString.Should().Be("Tcp Keepalive=True;Tcp Keepalive Time=11;Tcp Keepalive Interval=3");
    }

    [Fact]
    public void What_cannot_be_expressed_is_said()
    {
        TcpKeepAlivePlan plan = Plans.For(KeepAlivePlatforms.Linux, 5);

        TcpKeepAliveKeywords.ForNpgsql(plan).Explain().ReplaceLineEndings("\n").Should().Be(
            """
            Npgsql on Linux: Tcp Keepalive=True;Tcp Keepalive Time=1;Tcp Keepalive Interval=1
            A dead peer or path is found while idle within 10 s; the plan says 5 s.
            There is no keyword for the number of probes: the system sends 9.
            There is no keyword for the user timeout: with data in flight the kernel gives up within 924.6 s. A command fails earlier by its own Command Timeout.
            """.ReplaceLineEndings("\n"));
        TcpKeepAliveKeywords.ForMySqlConnector(plan).Explain().Should().Contain("There is no keyword for the interval: it is always 1 s.");
    }
}
