using FsCheck;
using FsCheck.Fluent;
using Liveness.KeepAlive;

namespace Liveness.Tests.KeepAlive;

public sealed class TcpKeepAlivePlanTests
{
    [Theory]
    [InlineData(5, 1, 1)]
    [InlineData(6, 2, 1)]
    [InlineData(15.999, 11, 1)]
    [InlineData(16, 8, 2)]
    [InlineData(60, 32, 7)]
    [InlineData(65_531, 32_767, 8_191)]
    public void Everything_follows_from_one_target(double target, double idle, double interval)
    {
        TcpKeepAlivePlan plan = Plans.For(KeepAlivePlatforms.Linux, target);

        plan.Enabled.Should().BeTrue();
        plan.Idle.Should().Be(TimeSpan.FromSeconds(idle));
        plan.Interval.Should().Be(TimeSpan.FromSeconds(interval));
        plan.ProbeCount.Should().Be(4);
        plan.UserTimeout.Should().Be(TimeSpan.FromSeconds(Math.Floor(target)));
    }

    [Theory]
    [InlineData(11, 1, 1)]
    [InlineData(60, 30, 3)]
    [InlineData(65_531, 32_771, 3_276)]
    public void With_ten_fixed_probes_the_same_formula_halves_the_target_too(double target, double idle, double interval)
    {
        TcpKeepAlivePlan plan = Plans.For(KeepAlivePlatforms.WindowsOlder, target);

        plan.Idle.Should().Be(TimeSpan.FromSeconds(idle));
        plan.Interval.Should().Be(TimeSpan.FromSeconds(interval));
        plan.ProbeCount.Should().Be(10);
        plan.Detection.Idle.Should().Be(TimeSpan.FromSeconds(target));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(10.999)]
    public void A_target_that_ten_fixed_probes_cannot_keep_comes_down_to_the_nearest_that_they_can(double target)
    {
        TcpKeepAliveOptions options = new() { DetectWithin = TimeSpan.FromSeconds(target), Policy = TcpKeepAlivePolicy.BestEffort };

        TcpKeepAlivePlan plan = Plans.For(KeepAlivePlatforms.WindowsOlder, options);

        plan.DetectWithin.Should().Be(TimeSpan.FromSeconds(target));
        (plan.Idle, plan.Interval, plan.ProbeCount).Should().Be((TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), 10));
        plan.UserTimeout.Should().Be(TimeSpan.FromSeconds(11));
        plan.Detection.Idle.Should().Be(TimeSpan.FromSeconds(11));
        plan.Explain().Should().Contain(FormattableString.Invariant(
            $"{target} s can't be kept: Windows before version 1709 always sends 10 probes, a second apart or more. What is kept is 11 s."));
        Plans.For(KeepAlivePlatforms.Windows1709, options).Explain().Should().NotContain("can't be kept");
    }

    [Fact]
    public void Where_all_of_it_is_required_such_a_target_is_refused()
    {
        Action create = () => Plans.For(KeepAlivePlatforms.WindowsOlder, 10);

        create.Should().Throw<ArgumentOutOfRangeException>().WithMessage("DetectWithin is 00:00:10, but must be between 00:00:11 and 18:12:11.*");
    }

    [Fact]
    public void For_every_target_on_every_platform_the_values_agree_and_the_promise_holds()
    {
        string[] platforms = ["Linux", "Android", "Windows1709", "WindowsOlder", "MacOS", "FreeBsd"];
        Gen<(string Platform, int Milliseconds)> gen = Gen.Elements(platforms).SelectMany(platform => Gen.Choose(11_000, 65_531_000).Select(target => (platform, target)));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3_000), Prop.ForAll(gen.ToArbitrary(), sample =>
        {
            TcpKeepAlivePlan plan = Plans.For(Plans.Row(sample.Platform), sample.Milliseconds / 1_000.0);
            TimeSpan target = TimeSpan.FromSeconds(sample.Milliseconds / 1_000);

            TcpKeepAliveOptionsRules.IsCoherent(plan.Idle!.Value, plan.Interval!.Value, plan.ProbeCount!.Value, plan.UserTimeout!.Value).Should().BeTrue();
            plan.Detection.Idle.Should().Be(target);
            plan.Detection.DataInFlight.Should().Be(target);
            plan.Detection.IdleThenWriting.Should().BeLessThanOrEqualTo(2 * target);
            plan.Idle.Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1));
        }));
    }

    [Fact]
    public void A_target_with_the_user_timeout_switched_off_keeps_the_probes()
    {
        TcpKeepAlivePlan plan = Plans.For(KeepAlivePlatforms.Linux, new TcpKeepAliveOptions { DetectWithin = TimeSpan.FromSeconds(60), UserTimeout = Timeout.InfiniteTimeSpan });

        plan.Detection.Idle.Should().Be(TimeSpan.FromSeconds(60));
        plan.Detection.DataInFlight.Should().Be(TimeSpan.FromSeconds(924.6));
        plan.Detection.IdleThenWriting.Should().Be(TimeSpan.FromSeconds(984.6));
        plan.Detection.ClosedWindow.Should().Be(Timeout.InfiniteTimeSpan);
    }

    [Fact]
    public void An_infinite_target_switches_keepalive_off_as_Enabled_does()
    {
        foreach (TcpKeepAliveOptions options in new TcpKeepAliveOptions[] { new() { DetectWithin = Timeout.InfiniteTimeSpan }, new() { Enabled = false, DetectWithin = TimeSpan.FromSeconds(60) } })
        {
            TcpKeepAlivePlan plan = Plans.For(KeepAlivePlatforms.Linux, options);

            plan.Enabled.Should().BeFalse();
            plan.Operations.Should().ContainSingle().Which.ToString().Should().Be("setsockopt(1, 9, 0)");
            plan.Detection.Idle.Should().Be(Timeout.InfiniteTimeSpan);
        }
    }

    [Fact]
    public void What_is_left_alone_counts_with_the_systems_defaults()
    {
        TcpKeepAliveOptions options = new();

        Plans.For(KeepAlivePlatforms.Linux, options).Detection.Idle.Should().Be(TimeSpan.FromSeconds(7_875));
        Plans.For(KeepAlivePlatforms.Windows1709, options).Detection.Idle.Should().Be(TimeSpan.FromSeconds(7_210));
        Plans.For(KeepAlivePlatforms.MacOS, options).Detection.Idle.Should().Be(TimeSpan.FromSeconds(7_800));
        KernelLimits tuned = Plans.Limits with { Idle = TimeSpan.FromSeconds(100), Interval = TimeSpan.FromSeconds(10), ProbeCount = 5 };
        TcpKeepAlivePlan.Create(options, KeepAlivePlatforms.Linux, tuned).Detection.Idle.Should().Be(TimeSpan.FromSeconds(150));
    }

    [Fact]
    public void Options_are_read_once()
    {
        TcpKeepAliveOptions options = new() { DetectWithin = TimeSpan.FromSeconds(60) };
        TcpKeepAlivePlan plan = Plans.For(KeepAlivePlatforms.Linux, options);

        options.DetectWithin = TimeSpan.FromSeconds(5);

        plan.DetectWithin.Should().Be(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void It_explains_itself()
    {
        Plans.For(KeepAlivePlatforms.Linux, 60).Explain().Should().Be(string.Join(Environment.NewLine,
            "TCP keepalive on Linux, DetectWithin 60 s: the first probe after 32 s of silence, then every 7 s; the connection ends when 4 in a row are unanswered.",
            "User timeout: sent data may stay unacknowledged for 60 s. It also ends a connection whose peer lives but does not read for that long.",
            "A dead peer or path is found: while idle within 60 s; where the application begins to write late in the silence within 120 s; with data in flight within 60 s.",
            "A peer that answers but does not read, while data waits for it, is given up within 60 s. Connecting to an address that does not answer fails within 131 s, whatever is set here.",
            "Kernel timers add a little (measured: 5.12 s for 5 s).",
            "Keepalive proves that the next hop's kernel answers: a hung process, and whatever lies behind a proxy, it does not see.",
            "Require: all of it is put in force, or none.",
            "System calls: setsockopt(6, 4, 32); setsockopt(6, 5, 7); setsockopt(6, 6, 4); setsockopt(6, 18, 60000); setsockopt(1, 9, 1)."));
    }

    [Fact]
    public void It_explains_what_is_left_alone_and_what_cannot_be_set()
    {
        TcpKeepAliveOptions options = new() { Idle = TimeSpan.FromSeconds(30), ProbeCount = 1, UserTimeout = Timeout.InfiniteTimeSpan, Policy = TcpKeepAlivePolicy.BestEffort };

        Plans.For(KeepAlivePlatforms.WindowsOlder, options).Explain().Should().Be(string.Join(Environment.NewLine,
            "TCP keepalive on Windows before version 1709: the first probe after the idle time that is set already (7200 s on a new socket), then at the interval that is set already (1 s on a new socket); the connection ends when 10 in a row are unanswered.",
            "User timeout: none is set. Windows before version 1709 keeps its own limit, or one that was set before.",
            "A dead peer or path is found: while idle within 7210 s; where the application begins to write late in the silence at a time that this system does not tell; with data in flight at a time that this system does not tell.",
            "A peer that answers but does not read, while data waits for it, is given up at a time that this system does not tell. Connecting to an address that does not answer fails within 21 s, whatever is set here.",
            "Keepalive proves that the next hop's kernel answers: a hung process, and whatever lies behind a proxy, it does not see.",
            "Idle can't be set: Windows before version 1709 sets Idle and Interval only together.",
            "ProbeCount can't be set: always 10 on Windows before version 1709.",
            "BestEffort: what can be set is set; the result says what could not.",
            "System calls: setsockopt(0xFFFF, 8, 1)."));
    }

    [Fact]
    public void It_explains_that_it_does_nothing()
    {
        Plans.For(KeepAlivePlatforms.Linux, new TcpKeepAliveOptions { Enabled = false }).ToString().Should().Be(string.Join(Environment.NewLine,
            "TCP keepalive on Linux is switched off: a connection that nobody uses stays open for ever, whatever happens to the peer.",
            "User timeout: left as it is.",
            "A dead peer or path is found: while idle never; where the application begins to write late in the silence never; with data in flight within 924.6 s.",
            "A peer that answers but does not read, while data waits for it, is never given up. Connecting to an address that does not answer fails within 131 s, whatever is set here.",
            "Kernel timers add a little (measured: 5.12 s for 5 s). Without a user timeout, data in flight takes longer on slow paths: 13 to 30 minutes.",
            "Keepalive proves that the next hop's kernel answers: a hung process, and whatever lies behind a proxy, it does not see.",
            "Require: all of it is put in force, or none.",
            "System calls: setsockopt(1, 9, 0)."));
    }
}
