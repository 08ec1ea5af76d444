using Liveness.KeepAlive;

namespace Liveness.Tests.KeepAlive;

public sealed class DetectionTimesTests
{
    private static readonly TimeSpan s_never = Timeout.InfiniteTimeSpan;

    [Theory]
    [InlineData(5, 12.6)]
    [InlineData(8, 102.2)]
    [InlineData(15, 924.6)]
    public void Linux_gives_up_retransmitting_after(int retries, double seconds)
    {
        TcpKeepAliveDetection detection = Linux(1, 1, 4, -1, Plans.Limits with { DataRetransmissions = retries });

        detection.DataInFlight.Should().Be(TimeSpan.FromSeconds(seconds));
        detection.IdleThenWriting.Should().Be(TimeSpan.FromSeconds(5 + seconds));
    }

    [Fact]
    public void A_shorter_longest_timeout_shortens_it()
    {
        Linux(1, 1, 4, -1, Plans.Limits with { LongestRetransmissionTimeout = TimeSpan.FromSeconds(1) }).DataInFlight.Should().Be(TimeSpan.FromSeconds(14.4));
    }

    [Theory]
    [InlineData(6, 0, 127)]
    [InlineData(6, 4, 131)]
    [InlineData(1, 0, 3)]
    [InlineData(7, 0, 247)]
    public void Linux_gives_up_connecting_after(int retries, int linear, double seconds)
    {
        KernelLimits limits = Plans.Limits with { SynRetransmissions = retries, LinearSynRetransmissions = linear };

        Linux(1, 1, 4, -1, limits).Connecting.Should().Be(TimeSpan.FromSeconds(seconds));
    }

    [Theory]
    [InlineData(15, 15, 9, 20, 1, 30)]
    [InlineData(15, 15, 9, 30, 1, 30)]
    [InlineData(15, 15, 9, 30.001, 2, 45)]
    [InlineData(15, 15, 9, 10, 1, 30)]
    [InlineData(15, 15, 9, 300, 19, 300)]
    [InlineData(15, 15, 9, -1, 9, 150)]
    [InlineData(32, 7, 4, 60, 4, 60)]
    public void On_Linux_the_user_timeout_decides_how_many_probes_are_sent(double idle, double interval, int count, double userTimeout, int probes, double seconds)
    {
        DetectionTimes.EffectiveProbes(KeepAliveKernel.Linux, Plans.Seconds(idle), Plans.Seconds(interval), count, Plans.Seconds(userTimeout)).Should().Be(probes);
        Linux(idle, interval, count, userTimeout).Idle.Should().Be(TimeSpan.FromSeconds(seconds));
        DetectionTimes.EffectiveProbes(KeepAliveKernel.MacOS, Plans.Seconds(idle), Plans.Seconds(interval), count, Plans.Seconds(userTimeout)).Should().Be(count);
    }

    [Fact]
    public void Linux_without_a_user_timeout_waits_for_ever_for_a_peer_that_does_not_read()
    {
        Linux(1, 1, 4, -1).ClosedWindow.Should().Be(s_never);
        Linux(1, 1, 4, 5).ClosedWindow.Should().Be(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void On_macOS_data_in_flight_does_not_suspend_the_probes()
    {
        TcpKeepAliveDetection detection = Of(KeepAliveKernel.MacOS, true, -1, -1);

        detection.Idle.Should().Be(TimeSpan.FromSeconds(60));
        detection.IdleThenWriting.Should().Be(TimeSpan.FromSeconds(60));
        detection.DataInFlight.Should().Be(TimeSpan.FromSeconds(60));
        detection.ClosedWindow.Should().Be(s_never);
        Of(KeepAliveKernel.MacOS, true, 40, 50).Should().Be(new TcpKeepAliveDetection
        {
            Idle = TimeSpan.FromSeconds(60),
            IdleThenWriting = TimeSpan.FromSeconds(60),
            DataInFlight = TimeSpan.FromSeconds(40),
            ClosedWindow = TimeSpan.FromSeconds(50),
            Connecting = TimeSpan.FromSeconds(75),
        });
        Of(KeepAliveKernel.MacOS, false, -1, -1).DataInFlight.Should().BeNull("the kernel's own number of retransmissions takes many minutes, and it does not say how many");
    }

    [Fact]
    public void Of_Windows_only_what_it_documents_is_said()
    {
        Of(KeepAliveKernel.Windows, true, null, null).Should().Be(new TcpKeepAliveDetection { Idle = TimeSpan.FromSeconds(60), Connecting = TimeSpan.FromSeconds(21) });
        Of(KeepAliveKernel.Windows, true, 60, null).DataInFlight.Should().Be(TimeSpan.FromSeconds(60));
        Of(KeepAliveKernel.Windows, true, 60, null).IdleThenWriting.Should().Be(TimeSpan.FromSeconds(120));
    }

    [Fact]
    public void What_is_not_known_leads_to_nothing()
    {
        DetectionTimes.Of(KeepAliveKernel.Linux, null, null, null, null, null, null, Plans.Limits).Should().Be(
            new TcpKeepAliveDetection { Connecting = TimeSpan.FromSeconds(131) });
        Of(KeepAliveKernel.FreeBsd, true, 60, 60).ClosedWindow.Should().BeNull();
    }

    [Fact]
    public void Times_that_no_clock_can_count_are_for_ever()
    {
        TimeSpan most = TimeSpan.FromSeconds(4_294_967);

        DetectionTimes.Of(KeepAliveKernel.MacOS, true, most, most, int.MaxValue, s_never, s_never, Plans.Limits).Idle.Should().Be(s_never);
    }

    [Fact]
    public void The_kernels_limits_are_read_from_its_files()
    {
        Dictionary<string, string> files = new()
        {
            ["tcp_retries2"] = "8\n",
            ["tcp_rto_max_ms"] = "60000\n",
            ["tcp_syn_retries"] = "3\n",
            ["tcp_syn_linear_timeouts"] = "2\n",
            ["tcp_keepalive_time"] = "100\n",
            ["tcp_keepalive_intvl"] = "10\n",
            ["tcp_keepalive_probes"] = "5\n",
        };

        KernelLimits.Parse(name => files[name]).Should().Be(new KernelLimits(8, TimeSpan.FromSeconds(60), 3, 2, TimeSpan.FromSeconds(100), TimeSpan.FromSeconds(10), 5));
        KernelLimits.Parse(_ => null).Should().Be(KernelLimits.Standard);
        KernelLimits.Parse(_ => "?").Should().Be(KernelLimits.Standard);
    }

    /// <summary>A reading is seven files: no connection reads them for itself. The clock may reach the next second once.</summary>
    [Fact]
    public void The_kernels_settings_are_read_once_for_many_connections() =>
        Enumerable.Range(0, 100).Select(_ => KernelLimits.Read()).Distinct(ReferenceEqualityComparer.Instance).Count().Should().BeLessThan(20);

    private static TcpKeepAliveDetection Linux(double idle, double interval, int count, double userTimeout, KernelLimits? limits = null) => DetectionTimes.Of(
        KeepAliveKernel.Linux, true, Plans.Seconds(idle), Plans.Seconds(interval), count, Plans.Seconds(userTimeout), null, limits ?? Plans.Limits);

    /// <summary>32 s, then four probes 7 s apart.</summary>
    private static TcpKeepAliveDetection Of(KeepAliveKernel kernel, bool enabled, double? userTimeout, double? closedWindow) => DetectionTimes.Of(
        kernel, enabled, TimeSpan.FromSeconds(32), TimeSpan.FromSeconds(7), 4, Plans.Seconds(userTimeout), Plans.Seconds(closedWindow), Plans.Limits);
}
