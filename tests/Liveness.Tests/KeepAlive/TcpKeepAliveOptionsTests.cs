using Liveness.KeepAlive;

namespace Liveness.Tests.KeepAlive;

#pragma warning disable LIV008 // The mistake is what is tried.

public sealed class TcpKeepAliveOptionsTests
{
    private static readonly TimeSpan s_tick = TimeSpan.FromTicks(1);

    [Fact]
    public void The_defaults_are_those_of_the_documentation()
    {
        TcpKeepAliveOptions options = new();

        options.Enabled.Should().BeTrue();
        options.DetectWithin.Should().BeNull();
        options.Idle.Should().BeNull();
        options.Interval.Should().BeNull();
        options.ProbeCount.Should().BeNull();
        options.UserTimeout.Should().BeNull();
        options.IdleLimit.Should().BeNull();
        options.Policy.Should().Be(TcpKeepAlivePolicy.Require);
    }

    [Theory]
    [InlineData("Linux", 5, 65_531, 32_767, 127, 2_147_483.647)]
    [InlineData("Android", 5, 65_531, 32_767, 127, 2_147_483.647)]
    [InlineData("Windows1709", 5, 65_531, 4_294_967, 255, 2_147_483_647)]
    [InlineData("WindowsOlder", 11, 65_531, 4_294_967, int.MaxValue, 2_147_483_647)]
    [InlineData("MacOS", 5, 65_531, 4_294_967, int.MaxValue, 4_294_967)]
    [InlineData("FreeBsd", 5, 65_531, 4_294_967, int.MaxValue, 4_294_967)]
    public void The_ends_of_every_range_are_allowed_and_what_lies_just_outside_is_not(
        string platform, double leastTarget, double mostTarget, double mostTime, int mostCount, double mostUserTimeout)
    {
        Range(value => new TcpKeepAliveOptions { DetectWithin = value }, "DetectWithin", TimeSpan.FromSeconds(leastTarget), TimeSpan.FromSeconds(mostTarget));
        Range(value => new TcpKeepAliveOptions { Idle = value }, "Idle", s_tick, TimeSpan.FromSeconds(mostTime));
        Range(value => new TcpKeepAliveOptions { Interval = value }, "Interval", s_tick, TimeSpan.FromSeconds(mostTime));
        Range(value => new TcpKeepAliveOptions { UserTimeout = value }, "UserTimeout", s_tick, TimeSpan.FromSeconds(mostUserTimeout));
        Failures(platform, new TcpKeepAliveOptions { ProbeCount = 1 }).Should().BeEmpty();
        Failures(platform, new TcpKeepAliveOptions { ProbeCount = mostCount }).Should().BeEmpty();
        Failures(platform, new TcpKeepAliveOptions { ProbeCount = 0 }).Should().Equal("ProbeCount");
        Failures(platform, new TcpKeepAliveOptions { ProbeCount = -1 }).Should().Equal("ProbeCount");
        if (mostCount != int.MaxValue)
        {
            Failures(platform, new TcpKeepAliveOptions { ProbeCount = mostCount + 1 }).Should().Equal("ProbeCount");
        }

        void Range(Func<TimeSpan, TcpKeepAliveOptions> make, string property, TimeSpan least, TimeSpan most)
        {
            Failures(platform, make(least)).Should().BeEmpty();
            Failures(platform, make(most)).Should().BeEmpty();
            Failures(platform, make(least - s_tick)).Should().Equal(property);
            Failures(platform, make(most + s_tick)).Should().Equal(property);
            Failures(platform, make(TimeSpan.FromSeconds(-1))).Should().Equal(property);
            Failures(platform, make(TimeSpan.MaxValue)).Should().Equal(property);
        }
    }

    [Theory]
    [InlineData(nameof(TcpKeepAliveOptions.DetectWithin), true)]
    [InlineData(nameof(TcpKeepAliveOptions.UserTimeout), true)]
    [InlineData(nameof(TcpKeepAliveOptions.Idle), false)]
    [InlineData(nameof(TcpKeepAliveOptions.Interval), false)]
    [InlineData(nameof(TcpKeepAliveOptions.IdleLimit), false)]
    public void Infinite_is_allowed_where_it_means_something(string property, bool allowed)
    {
        TcpKeepAliveOptions options = new();
        typeof(TcpKeepAliveOptions).GetProperty(property)!.SetValue(options, Timeout.InfiniteTimeSpan);

        Failures("Linux", options).Should().HaveCount(allowed ? 0 : 1);
    }

    [Theory]
    [InlineData(115, false)]
    [InlineData(115.001, true)]
    [InlineData(120, true)]
    [InlineData(120.001, false)]
    [InlineData(20, false)]
    [InlineData(-1, true)]
    public void A_user_timeout_must_agree_with_the_probes_or_be_off(double userTimeout, bool allowed)
    {
        // Idle 100 s and four probes five seconds apart.
        TcpKeepAliveOptions options = Plans.Single(100, 5, 4, userTimeout);

        Failures("Linux", options).Should().HaveCount(allowed ? 0 : 1);
        options.Enabled = false;
        Failures("Linux", options).Should().BeEmpty("without probes there is nothing to agree with");
    }

    [Fact]
    public void A_user_timeout_that_a_platform_rounds_up_is_judged_by_what_becomes_of_it()
    {
        TcpKeepAliveOptions options = Plans.Single(100, 5, 4, 115.5);

        Plans.For(KeepAlivePlatforms.MacOS, options).UserTimeout.Should().Be(TimeSpan.FromSeconds(116));
        Plans.For(KeepAlivePlatforms.Linux, options).UserTimeout.Should().Be(TimeSpan.FromSeconds(115.5));
        options.UserTimeout = TimeSpan.FromSeconds(120.5);
        Failures("MacOS", options).Should().Equal("UserTimeout");
    }

    [Theory]
    [InlineData(240, 239, true)]
    [InlineData(40, 39, true)]
    [InlineData(39, 39, false)]
    [InlineData(38, 39, false)]
    public void One_probe_may_be_lost_before_a_middlebox_forgets(double limit, double sum, bool allowed)
    {
        TcpKeepAliveOptions single = Plans.Single(sum - 5, 5, 3);
        single.IdleLimit = TimeSpan.FromSeconds(limit);

        Failures("Linux", single).Should().HaveCount(allowed ? 0 : 1);
        TcpKeepAliveOptions target = new() { DetectWithin = TimeSpan.FromSeconds(60), IdleLimit = TimeSpan.FromSeconds(limit) };
        Failures("Linux", target).Should().HaveCount(allowed ? 0 : 1, "32 s + 7 s");
    }

    [Fact]
    public void Every_preset_is_valid_everywhere_and_keeps_every_middlebox()
    {
        TcpKeepAliveOptions[] presets = [TcpKeepAlivePresets.Cloud(), TcpKeepAlivePresets.Aggressive(), TcpKeepAlivePresets.Conservative()];
        double[] bounds = [120, 25, 260];
        foreach ((TcpKeepAliveOptions preset, double bound) in presets.Zip(bounds))
        {
            foreach (TimeSpan limit in new[] { MiddleboxIdleLimits.Azure, MiddleboxIdleLimits.Aws, MiddleboxIdleLimits.GoogleCloud })
            {
                preset.IdleLimit = limit;
                foreach (string platform in new[] { "Linux", "Android", "Windows1709", "WindowsOlder", "MacOS", "FreeBsd" })
                {
                    Failures(platform, preset).Should().BeEmpty();
                }
            }

            Plans.For(KeepAlivePlatforms.Linux, preset).Detection.Idle.Should().Be(TimeSpan.FromSeconds(bound));
        }

        TcpKeepAlivePresets.Cloud().Should().NotBeSameAs(TcpKeepAlivePresets.Cloud());
    }

    [Fact]
    public void Every_failure_names_property_value_range_and_cure()
    {
        Message(new() { DetectWithin = TimeSpan.FromSeconds(3) }).Should().Be(
            "DetectWithin is 00:00:03, but must be between 00:00:05 and 18:12:11. Use Timeout.InfiniteTimeSpan to switch keepalive off.");
        Message(new() { DetectWithin = TimeSpan.FromDays(60) }).Should().Be(
            "DetectWithin is 60.00:00:00, but must be between 00:00:05 and 18:12:11. A bare number in a configuration file counts days: did you mean 00:01:00?");
        Message(new() { DetectWithin = TimeSpan.FromSeconds(60), ProbeCount = 4 }).Should().Be(
            "ProbeCount is 4, but DetectWithin (00:01:00) derives it. Set either DetectWithin, or Idle, Interval and ProbeCount.");
        Message(new() { Idle = TimeSpan.FromSeconds(32_768) }).Should().Be(
            "Idle is 09:06:08, but must be positive and at most 09:06:07 on Linux. Leave it null to leave it as it is.");
        Message(new() { Interval = TimeSpan.Zero }).Should().Be(
            "Interval is 00:00:00, but must be positive and at most 09:06:07 on Linux. Leave it null to leave it as it is.");
        Message(new() { ProbeCount = 128 }).Should().Be(
            "ProbeCount is 128, but must be between 1 and 127 on Linux. Leave it null to leave it as it is.");
        Message(new() { UserTimeout = TimeSpan.Zero }).Should().Be(
            "UserTimeout is 00:00:00, but must be positive and at most 24.20:31:23.6470000 on Linux. Leave it null to leave it as it is, or use Timeout.InfiniteTimeSpan to switch it off.");
        Message(Plans.Single(15, 15, 9, 20)).Should().Be(
            "UserTimeout is 00:00:20, but beside Idle 00:00:15, Interval 00:00:15 and 9 probes it must be more than 00:02:15 and at most 00:02:30, because Linux goes by it and not by the count. Use 00:02:30, or Timeout.InfiniteTimeSpan for none.");
        Message(new() { DetectWithin = TimeSpan.FromSeconds(600), IdleLimit = MiddleboxIdleLimits.Azure }).Should().Be(
            "IdleLimit is 00:04:00, but must be more than Idle + Interval (00:05:00 + 00:01:15), so that one probe may be lost. Use a smaller DetectWithin.");
        Message(new() { Idle = TimeSpan.FromSeconds(60), IdleLimit = MiddleboxIdleLimits.Azure }).Should().Be(
            "IdleLimit is 00:04:00, but can't be checked without Idle and Interval. Set both, or DetectWithin, or leave IdleLimit null.");
        Message(new() { IdleLimit = TimeSpan.Zero }).Should().Be("IdleLimit is 00:00:00, but must be positive. Leave it null for no check.");
        Message(new() { Policy = (TcpKeepAlivePolicy)7 }).Should().Be("Policy is 7, but must be Require or BestEffort.");
    }

    [Fact]
    public void All_failures_are_reported_at_once_and_the_first_names_the_parameter()
    {
        TcpKeepAliveOptions options = Plans.Single(40_000, 0, 200, 0);

        Action create = () => Plans.For(KeepAlivePlatforms.Linux, options);

        ArgumentOutOfRangeException thrown = create.Should().Throw<ArgumentOutOfRangeException>().Which;
        thrown.ParamName.Should().Be("options.Idle");
        thrown.ActualValue.Should().Be(TimeSpan.FromSeconds(40_000));
        thrown.Message.Should().StartWith(string.Join(" ", TcpKeepAliveOptionsRules.Check(options, KeepAlivePlatforms.Linux).Select(failure => failure.Message)));
        Failures("Linux", options).Should().Equal("Idle", "Interval", "UserTimeout", "ProbeCount");
    }

    [Fact]
    public void No_options_at_all_are_refused()
    {
        Action create = () => TcpKeepAlivePlan.Create(null!);

        create.Should().Throw<ArgumentNullException>().WithParameterName("options");
    }

    private static IEnumerable<string> Failures(string platform, TcpKeepAliveOptions options) =>
        TcpKeepAliveOptionsRules.Check(options, Plans.Row(platform)).Select(failure => failure.Property);

    private static string Message(TcpKeepAliveOptions options) => TcpKeepAliveOptionsRules.Check(options, KeepAlivePlatforms.Linux).Should().ContainSingle().Which.Message;
}
