namespace Liveness.Tests.InBand;

public sealed class PathLooksTests
{
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(3);

    private PathLooks _looks;

    [Fact]
    public void The_kernel_is_asked_once_in_a_bound_and_when_the_bound_changes()
    {
        Looks(0, s_bound, 0).Should().BeTrue();
        Looks(2.9, s_bound, 0).Should().BeFalse();
        Looks(3, s_bound, 0).Should().BeTrue();
        Looks(3.1, s_bound * 2, 0).Should().BeTrue();
        Looks(9, s_bound * 2, 0).Should().BeFalse();
        Looks(9.2, s_bound * 2, 0).Should().BeTrue();
    }

    [Fact]
    public void A_quiet_stream_that_begins_to_send_much_is_looked_at_at_once_and_is_quiet_again_after_a_bound_of_little()
    {
        Looks(0, s_bound, 10_000).Should().BeTrue();
        _looks.IsQuiet.Should().BeTrue();
        Looks(0.5, s_bound, 42_000).Should().BeFalse("that is not much");
        Looks(1, s_bound, 50_000).Should().BeTrue();
        _looks.IsQuiet.Should().BeFalse();
        Looks(1.5, s_bound, 60_000).Should().BeFalse("a busy one keeps to its bound");
        Looks(4, s_bound, 70_000).Should().BeTrue();
        _looks.IsQuiet.Should().BeTrue();
    }

    [Fact]
    public void A_count_that_no_longer_fits_into_32_bits_changes_nothing()
    {
        Looks(0, s_bound, uint.MaxValue - 10UL).Should().BeTrue();
        Looks(3, s_bound, uint.MaxValue + 10UL).Should().BeTrue();
        _looks.IsQuiet.Should().BeTrue();
    }

    private bool Looks(double seconds, TimeSpan bound, ulong sent) => _looks.TryBegin(default(Instant) + TimeSpan.FromSeconds(seconds), bound, sent);
}
