using Liveness.KeepAlive;

namespace Liveness.Tests.KeepAlive;

/// <summary>What every platform would be told, as the exact level, option and bytes.</summary>
public sealed class KeepAlivePlatformPlanTests
{
    [Theory]
    [InlineData("Linux", "6,4:20000000 6,5:07000000 6,6:04000000 6,18:60EA0000 1,9:01000000")]
    [InlineData("Android", "6,4:20000000 6,5:07000000 6,6:04000000 6,18:60EA0000 1,9:01000000")]
    [InlineData("Windows1709", "6,3:20000000 6,17:07000000 6,16:04000000 6,5:3C000000 65535,8:01000000")]
    [InlineData("WindowsOlder", "6,5:3C000000 98000004:0100000030750000B80B0000")]
    [InlineData("MacOS", "6,16:20000000 6,257:07000000 6,258:04000000 6,128:3C000000 6,64:3C000000 65535,8:01000000")]
    [InlineData("FreeBsd", "6,256:20000000 6,512:07000000 6,1024:04000000 6,68:3C000000 65535,8:01000000")]
    [InlineData("Unknown", "-1,-1:01000000")]
    public void A_target_of_60_seconds(string platform, string calls)
    {
        Calls(Plans.For(Plans.Row(platform), 60)).Should().Be(calls);
    }

    [Theory]
    [InlineData("Linux", "6,4:0A000000 6,5:05000000 6,6:03000000 6,18:A8610000 1,9:01000000")]
    [InlineData("Windows1709", "6,3:0A000000 6,17:05000000 6,16:03000000 6,5:19000000 65535,8:01000000")]
    [InlineData("WindowsOlder", "6,5:19000000 98000004:010000001027000088130000")]
    [InlineData("MacOS", "6,16:0A000000 6,257:05000000 6,258:03000000 6,128:19000000 6,64:19000000 65535,8:01000000")]
    [InlineData("FreeBsd", "6,256:0A000000 6,512:05000000 6,1024:03000000 6,68:19000000 65535,8:01000000")]
    public void Single_settings(string platform, string calls)
    {
        Calls(Plans.For(Plans.Row(platform), TcpKeepAlivePresets.Aggressive())).Should().Be(calls);
    }

    [Theory]
    [InlineData("Linux", "1,9:00000000 6,18:00000000")]
    [InlineData("Windows1709", "65535,8:00000000")]
    [InlineData("WindowsOlder", "65535,8:00000000")]
    [InlineData("MacOS", "65535,8:00000000 6,128:00000000 6,64:00000000")]
    [InlineData("FreeBsd", "65535,8:00000000 6,68:00000000")]
    public void Switching_both_halves_off(string platform, string calls)
    {
        Calls(Plans.For(Plans.Row(platform), new TcpKeepAliveOptions { Enabled = false, UserTimeout = Timeout.InfiniteTimeSpan })).Should().Be(calls);
    }

    [Theory]
    [InlineData(null, null, null, null, "1,9:01000000")]
    [InlineData(30.0, null, null, null, "6,4:1E000000 1,9:01000000")]
    [InlineData(null, 30.0, null, null, "6,5:1E000000 1,9:01000000")]
    [InlineData(null, null, 3, null, "6,6:03000000 1,9:01000000")]
    [InlineData(null, null, null, 0.0015, "6,18:02000000 1,9:01000000")]
    [InlineData(0.001, 1.001, null, null, "6,4:01000000 6,5:02000000 1,9:01000000")]
    public void What_is_null_is_left_alone_and_the_rest_is_rounded_up(double? idle, double? interval, int? count, double? userTimeout, string calls)
    {
        Calls(Plans.For(KeepAlivePlatforms.Linux, Plans.Single(idle, interval, count, userTimeout))).Should().Be(calls);
    }

    [Theory]
    [InlineData(30.0, null)]
    [InlineData(null, 5.0)]
    public void The_older_Windows_is_never_told_half_of_what_it_takes_together(double? idle, double? interval)
    {
        TcpKeepAlivePlan plan = Plans.For(KeepAlivePlatforms.WindowsOlder, Plans.Single(idle, interval));

        Calls(plan).Should().Be("65535,8:01000000");
        plan.WhyUnsupported(idle is null ? TcpKeepAliveSetting.Interval : TcpKeepAliveSetting.Idle).Should().Be("Windows before version 1709 sets Idle and Interval only together");
    }

    [Theory]
    [InlineData(10, null)]
    [InlineData(9, "always 10 on Windows before version 1709")]
    public void The_older_Windows_has_a_fixed_number_of_probes(int count, string? why)
    {
        TcpKeepAlivePlan plan = Plans.For(KeepAlivePlatforms.WindowsOlder, Plans.Single(30, 5, count));

        Calls(plan).Should().Be("98000004:010000003075000088130000");
        plan.WhyUnsupported(TcpKeepAliveSetting.ProbeCount).Should().Be(why);
    }

    [Fact]
    public void Between_two_versions_of_Windows_the_count_is_set_and_the_rest_is_an_ioctl_that_comes_last()
    {
        KeepAlivePlatform platform = KeepAlivePlatforms.WindowsOlder with { ProbeCount = KeepAlivePlatforms.Windows1709.ProbeCount, FixedProbeCount = null };

        Calls(Plans.For(platform, 60)).Should().Be("6,16:04000000 6,5:3C000000 98000004:01000000007D0000581B0000");
    }

    [Fact]
    public void Only_what_Unix_tracks_is_set_by_its_managed_name()
    {
        foreach (string unix in new[] { "Linux", "Android", "MacOS", "FreeBsd" })
        {
            KeepAlivePlatform row = Plans.Row(unix);
            row.NumbersOnlyOnceConnected.Should().BeTrue();
            row.Enabled.Managed.Should().NotBeNull();
            new[] { row.Idle, row.Interval, row.ProbeCount }.Should().OnlyContain(slot => slot!.Options.Single().Managed != null);
            row.UserTimeout!.Options.Should().OnlyContain(option => option.Managed == null);
        }
    }

    private static string Calls(TcpKeepAlivePlan plan)
    {
        return string.Join(' ', plan.Operations.Select(operation => operation.Ioctl is { } ioctl
            ? $"{ioctl.Code:X8}:{Convert.ToHexString(operation.Bytes())}"
            : $"{operation.Option.Level},{operation.Option.Name}:{Convert.ToHexString(operation.Bytes())}"));
    }
}
