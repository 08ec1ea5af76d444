using Liveness.KeepAlive;

namespace Liveness.Tests.InBand;

public sealed class RetransmissionPaceTests
{
    [Theory]
    [InlineData(3_000, 1_000)]
    [InlineData(11_500, 1_000)]
    [InlineData(12_000, 1_500)]
    [InlineData(60_000, 7_500)]
    public void On_a_fast_path_it_waits_a_second_at_most_or_where_the_kernel_would_give_up_too_early_an_eighth_of_the_bound(int bound, int longest)
    {
        Longest(20, bound, KernelLimits.Standard).Should().Be(TimeSpan.FromMilliseconds(longest));
    }

    [Fact]
    public void Just_below_half_a_second_of_round_trip_it_still_does()
    {
        Longest(499, 3_000, KernelLimits.Standard).Should().NotBeNull();
    }

    [Fact]
    public void A_slow_path_keeps_the_kernels_own()
    {
        Longest(500, 3_000, KernelLimits.Standard).Should().BeNull();
    }

    [Fact]
    public void The_kernel_never_gives_up_before_the_heartbeat_does()
    {
        // With five repetitions a second apart the kernel would end the connection after 4.4 s.
        KernelLimits hasty = KernelLimits.Standard with { DataRetransmissions = 5 };

        Longest(20, 3_000, hasty).Should().Be(TimeSpan.FromSeconds(1));
        Longest(20, 5_000, hasty).Should().BeNull();
    }

    [Fact]
    public void For_every_bound_the_kernel_has_a_quarter_more_time()
    {
        for (int bound = 100; bound < 3_600_000; bound += 137)
        {
            if (Longest(1, bound, KernelLimits.Standard) is { } longest)
            {
                DetectionTimes.Retransmissions(15, DetectionTimes.ShortestRetransmissionTimeout, longest)
                    .Should().BeGreaterThan(TimeSpan.FromMilliseconds(bound * 1.25));
            }
        }
    }

    [Fact]
    public void Nothing_is_changed_where_nothing_is_judged_or_measured_or_gained()
    {
        RetransmissionPace.LongestTimeout(TimeSpan.FromMilliseconds(1), TimeSpan.MaxValue, KernelLimits.Standard).Should().BeNull();
        RetransmissionPace.LongestTimeout(null, TimeSpan.FromSeconds(3), KernelLimits.Standard).Should().BeNull();
        Longest(1, 3_600_000, KernelLimits.Standard).Should().BeNull("an eighth of an hour is more than the kernel's own two minutes");
    }

    [Theory]
    [InlineData(100, 50.0)]
    [InlineData(3_000, 50.0)]
    [InlineData(6_000, 100.0)]
    [InlineData(10_000, 166.667)]
    [InlineData(12_000, null)]
    [InlineData(60_000, null)]
    public void While_little_is_sent_sixty_timeouts_fit_into_the_bound_unless_that_is_less_than_an_acknowledgement_may_take(int bound, double? least)
    {
        RetransmissionPace pace = Pace(20, bound, isQuiet: true);

        (pace.Least?.TotalMilliseconds is { } milliseconds ? Math.Round(milliseconds, 3) : (double?)null).Should().Be(least);
        Pace(20, bound, isQuiet: false).Should().Be(pace with { Least = null });
        Pace(500, bound, isQuiet: true).Should().Be(default(RetransmissionPace), "on a slow path nothing is gained");
    }

    private static RetransmissionPace Pace(int roundTrip, int bound, bool isQuiet) =>
        RetransmissionPace.For(TimeSpan.FromMilliseconds(roundTrip), TimeSpan.FromMilliseconds(bound), isQuiet, KernelLimits.Standard);

    private static TimeSpan? Longest(int roundTrip, int bound, KernelLimits limits) =>
        RetransmissionPace.LongestTimeout(TimeSpan.FromMilliseconds(roundTrip), TimeSpan.FromMilliseconds(bound), limits);
}
