using Liveness.KeepAlive;
using Liveness.Tests.KeepAlive;

namespace Liveness.Tests.DependencyInjection;

#pragma warning disable LIV008 // The mistake is what is tried.

/// <summary>Every contradiction is told at once, with its path, its values and a cure.</summary>
public sealed class LivenessOptionsRulesTests
{
    [Fact]
    public void The_defaults_are_valid_in_band_and_kernel_only()
    {
        Messages(new LivenessOptions()).Should().BeEmpty();
        Messages(new LivenessOptions { Mode = LivenessMode.KernelOnly }).Should().BeEmpty();
    }

    [Theory]
    [InlineData("Linux")]
    [InlineData("Android")]
    [InlineData("Windows1709")]
    [InlineData("WindowsOlder")]
    [InlineData("MacOS")]
    [InlineData("FreeBsd")]
    public void The_defaults_are_valid_on_every_platform_and_in_every_mode_that_needs_no_peer(string platform)
    {
        foreach (LivenessMode mode in (LivenessMode[])[LivenessMode.InBand, LivenessMode.KernelOnly])
        {
            LivenessOptionsRules.Check(new LivenessOptions { Mode = mode }, Plans.Row(platform)).Should().BeEmpty("of {0}", mode);
        }
    }

    [Fact]
    public void What_ten_fixed_probes_cannot_keep_is_refused_only_where_all_of_it_is_required()
    {
        LivenessOptions options = new() { Mode = LivenessMode.KernelOnly };
        options.KeepAlive.Policy = TcpKeepAlivePolicy.Require;

        LivenessOptionsRules.Check(options, KeepAlivePlatforms.WindowsOlder).Should().ContainSingle().Which.Message.Should().Be(
            "DetectWithin is 00:00:10, but Mode KernelOnly can keep 00:00:11 to 18:12:11 only, because the kernel counts whole seconds. Use such a value, or Mode InBand.");
        SettingsSummary.KeepAlive(new LivenessOptions { Mode = LivenessMode.KernelOnly }, KeepAlivePlatforms.WindowsOlder).Should().Be(
            "keepalive after 00:00:01, then every 00:00:01, 10 probes, user timeout 00:00:11: a dead peer is found within 00:00:11 only");
    }

    [Theory]
    [InlineData("00:00:00.1")]
    [InlineData("00:00:05")]
    [InlineData("12:00:00")]
    [InlineData("18:12:11")]
    [InlineData("18:12:12")]
    [InlineData("23:59:59")]
    public void Every_allowed_DetectWithin_is_valid_in_band_without_further_settings(string detectWithin)
    {
        Messages(new LivenessOptions { DetectWithin = TimeSpan.Parse(detectWithin) }).Should().BeEmpty();
    }

    [Fact]
    public void A_bare_number_in_a_configuration_file_is_explained()
    {
        Messages(new LivenessOptions { DetectWithin = TimeSpan.FromDays(30) }).Should().Equal(
            "DetectWithin is 30.00:00:00, but must be at least 00:00:00.1000000 and less than 1.00:00:00. A bare number in a configuration file counts days: did you mean 00:00:30?");
    }

    [Fact]
    public void All_failures_of_all_parts_are_told_at_once_with_their_paths()
    {
        LivenessOptions options = new() { OnLoss = (LossAction)7 };
        options.Heartbeat.HandshakeTimeout = TimeSpan.FromDays(10);
        options.Heartbeat.ReceiveWindow = 1;
        options.KeepAlive.ProbeCount = 200;

        LivenessOptionsRules.Check(options, KeepAlivePlatforms.Linux).Select(failure => failure.Property)
            .Should().Equal("OnLoss", "Heartbeat.HandshakeTimeout", "Heartbeat.ReceiveWindow", "KeepAlive.ProbeCount");
        Messages(options).Should().OnlyContain(message => message.StartsWith("OnLoss is 7, but must be ") || message.StartsWith("Heartbeat.HandshakeTimeout is 10.00:00:00, but must be ")
            || message.StartsWith("Heartbeat.ReceiveWindow is 1 bytes, but must be ") || message.StartsWith("KeepAlive.ProbeCount is 200, but must be "));
    }

    [Fact]
    public void Whether_plain_peers_are_served_is_told_once_where_it_is_no_answer()
    {
        Messages(new LivenessOptions { PlainPeers = (PlainPeers)7 }).Should().Equal("PlainPeers is 7, but must be Refuse or Serve.");
        Messages(new LivenessOptions { Heartbeat = { PlainPeers = (PlainPeers)7 } }).Should().Equal("Heartbeat.PlainPeers is 7, but must be Refuse or Serve.");
    }

    /// <summary>A short handshake is nobody's mistake as long as no plain peer is waited for.</summary>
    [Fact]
    public void The_default_wait_for_a_plain_peer_counts_only_where_they_are_served()
    {
        LivenessOptions options = new() { Heartbeat = { HandshakeTimeout = TimeSpan.FromMilliseconds(500) } };
        Messages(options).Should().BeEmpty();

        options.PlainPeers = PlainPeers.Serve;

        Messages(options).Should().Equal(
            "Heartbeat.PlainPeerAfter is 00:00:01, but must be between 00:00:00.0100000 and HandshakeTimeout (00:00:00.5000000). Shorten it, or raise HandshakeTimeout.");
    }

    [Theory]
    [InlineData(PlainPeers.Refuse, null, PlainPeers.Refuse)]
    [InlineData(PlainPeers.Serve, null, PlainPeers.Serve)]
    [InlineData(PlainPeers.Serve, PlainPeers.Refuse, PlainPeers.Refuse)]
    [InlineData(PlainPeers.Refuse, PlainPeers.Serve, PlainPeers.Serve)]
    public void The_heartbeat_takes_what_the_whole_says_unless_it_says_something_itself(PlainPeers whole, PlainPeers? part, PlainPeers expected)
    {
        LivenessOptions options = new() { PlainPeers = whole, Heartbeat = { PlainPeers = part } };

        DerivedOptions.Of(options.Heartbeat, options).PlainPeers.Should().Be(expected);
    }

    [Fact]
    public void An_unknown_choice_is_answered_with_the_names_of_all_that_there_are()
    {
        LivenessOptions options = new() { Mode = (LivenessMode)7, OnLoss = (LossAction)7 };

        Messages(options).Should().HaveCount(2);
        Messages(options).First().Should().ContainAll(Enum.GetNames<LivenessMode>());
        Messages(options).Last().Should().ContainAll(Enum.GetNames<LossAction>());
    }

    [Fact]
    public void A_part_may_be_quicker_than_the_one_number_but_never_slower()
    {
        LivenessOptions options = new() { DetectWithin = TimeSpan.FromSeconds(5) };
        options.Heartbeat.DetectWithin = TimeSpan.FromSeconds(3);
        Messages(options).Should().BeEmpty();

        options.Heartbeat.DetectWithin = TimeSpan.FromSeconds(6);
        Messages(options).Should().Equal(
            "Heartbeat.DetectWithin is 00:00:06, but DetectWithin is 00:00:05: a part may be quicker, never slower. Leave it null to take DetectWithin, or raise that.");
    }

    [Theory]
    [InlineData(19, true)]
    [InlineData(20, false)]
    public void The_kernel_must_not_speak_before_the_heartbeat(int keepAliveSeconds, bool fails)
    {
        LivenessOptions options = new() { DetectWithin = TimeSpan.FromSeconds(20) };
        options.KeepAlive.DetectWithin = TimeSpan.FromSeconds(keepAliveSeconds);

        Messages(options).Should().Equal(fails ? [
            "KeepAlive gives a silent connection up after 00:00:19, but the heartbeat's DetectWithin is 00:00:20: the kernel, which knows less, would speak first. Leave KeepAlive's times null for twice DetectWithin, or make them longer."] : []);
    }

    [Theory]
    [InlineData("00:00:04.9", true)]
    [InlineData("00:00:05", false)]
    [InlineData("18:12:11", false)]
    [InlineData("18:12:12", true)]
    public void Kernel_only_can_keep_whole_seconds_from_five_on(string detectWithin, bool fails)
    {
        LivenessOptions options = new() { Mode = LivenessMode.KernelOnly, DetectWithin = TimeSpan.Parse(detectWithin) };

        Messages(options).Count(message => message.Contains("but Mode KernelOnly can keep 00:00:05 to 18:12:11 only")).Should().Be(fails ? 1 : 0);
        Messages(options).Should().HaveCount(fails ? 1 : 0);
    }

    [Fact]
    public void Kernel_only_without_keepalive_or_with_a_slower_one_is_refused()
    {
        LivenessOptions options = new() { Mode = LivenessMode.KernelOnly, KeepAlive = new TcpKeepAliveOptions { Enabled = false } };
        Messages(options).Should().Equal("KeepAlive is switched off, but Mode is KernelOnly, which finds a dead idle peer by nothing else. Leave it on, or choose another Mode.");

        options.KeepAlive = new TcpKeepAliveOptions { Idle = TimeSpan.FromSeconds(20), Interval = TimeSpan.FromSeconds(5), ProbeCount = 3 };
        Messages(options).Should().Equal(
            "KeepAlive finds a dead idle peer within 00:00:35, but DetectWithin is 00:00:10. Leave KeepAlive's times null to derive them, or raise DetectWithin.",
            "KeepAlive finds a dead peer within 00:15:24.6000000 while data is in flight, but DetectWithin is 00:00:10. Set KeepAlive.UserTimeout to Idle + ProbeCount x Interval, or to Infinite where that is meant.");
    }

    [Fact]
    public void Keepalive_that_is_set_by_hand_must_find_a_busy_peer_too_unless_that_is_switched_off_on_purpose()
    {
        LivenessOptions options = new() { Mode = LivenessMode.KernelOnly, KeepAlive = new TcpKeepAliveOptions { Idle = TimeSpan.FromSeconds(4), Interval = TimeSpan.FromSeconds(2), ProbeCount = 3 } };
        LivenessOptionsRules.Check(options, KeepAlivePlatforms.Linux).Select(failure => failure.Property).Should().Equal("KeepAlive.UserTimeout");

        options.KeepAlive.UserTimeout = TimeSpan.FromSeconds(10);
        Messages(options).Should().BeEmpty();
        options.KeepAlive.UserTimeout = Timeout.InfiniteTimeSpan;
        Messages(options).Should().BeEmpty();
    }

    [Fact]
    public void A_user_timeout_alone_can_speak_before_the_heartbeat_as_well()
    {
        LivenessOptions options = new();
        options.KeepAlive.UserTimeout = TimeSpan.FromSeconds(3);

        Messages(options).Should().ContainSingle().Which.Should().StartWith("KeepAlive gives a silent connection up after 00:00:03, but the heartbeat's DetectWithin is 00:00:10");
    }

    [Fact]
    public void A_side_channel_needs_exactly_one_place_and_a_keepalive_that_is_left_alone()
    {
        LivenessOptions options = new() { Mode = LivenessMode.SideChannel };
        Messages(options).Should().Equal(
            "SideChannel.Listen is null and SideChannel.Connect is null, but in Mode SideChannel exactly one must be set: Listen (\"127.0.0.1:7001\") where data connections are accepted, Connect (\"7001\" or \"host:7001\") where they are opened.");

        options.SideChannel.Connect = "backend";
        options.KeepAlive.Idle = TimeSpan.FromSeconds(9);
        Messages(options).Should().Equal(
            "KeepAlive is set, but Mode is SideChannel, which sets keepalive itself, as a witness that never ends a connection. Leave KeepAlive alone, or choose another Mode.",
            "SideChannel.Connect is \"backend\", but must be a port (\"7001\"), which is then looked for where the data connection leads, or a host and a port (\"backend:7001\", \"[::1]:7001\").");
    }

    [Fact]
    public void A_side_channel_that_others_can_reach_must_say_who_may_use_it()
    {
        LivenessOptions options = new() { Mode = LivenessMode.SideChannel };
        options.SideChannel.Listen = "0.0.0.0:7001";
        Messages(options).Should().ContainSingle().Which.Should().StartWith("SideChannel.Listen: A side channel on 0.0.0.0:7001 can be reached by other hosts, and nothing says who may use it.");

        options.SideChannel.Listener.SharedSecret = "short";
        Messages(options).Should().Equal("SideChannel.Listener.SharedSecret has 5 bytes, but must have at least 16. Take random ones, or null for none.");

        options.SideChannel.Listener.SharedSecret = "0123456789abcdef";
        Messages(options).Should().BeEmpty();
    }

    [Theory]
    [InlineData("7001", null, 7001)]
    [InlineData("backend:7001", "backend", 7001)]
    [InlineData("10.0.0.1:80", "10.0.0.1", 80)]
    [InlineData("[::1]:80", "::1", 80)]
    [InlineData("65536", null, null)]
    [InlineData("0", null, null)]
    [InlineData(":80", null, null)]
    [InlineData("::1:80", null, null)]
    [InlineData("backend:", null, null)]
    [InlineData("-80", null, null)]
    [InlineData("", null, null)]
    public void Where_to_connect_is_a_port_or_a_host_and_a_port(string text, string? host, int? port)
    {
        LivenessOptionsRules.ParseConnect(text).Should().Be(port is null ? null : (host, port.Value));
    }

    [Theory]
    [InlineData("127.0.0.1:7001", true)]
    [InlineData("[::1]:7001", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("::1", false)]
    [InlineData("7001", false)]
    [InlineData("localhost:7001", false)]
    public void Where_to_listen_is_an_address_and_a_port(string text, bool valid)
    {
        (LivenessOptionsRules.ParseListen(text) is not null).Should().Be(valid);
    }

    [Fact]
    public void A_part_that_is_null_is_told_and_nothing_else()
    {
        Messages(new LivenessOptions { Heartbeat = null! }).Should().Equal("KeepAlive, Heartbeat, SideChannel, SideChannel.Client and SideChannel.Listener must not be null. Leave them at their defaults.");
    }

    private static IEnumerable<string> Messages(LivenessOptions options) => LivenessOptionsRules.Check(options, KeepAlivePlatforms.Linux).Select(failure => failure.Message);
}
