using Liveness.KeepAlive;

namespace Liveness.Tests.Heartbeat;

public sealed class PathHistoryTests
{
    private static readonly Instant s_begun = default(Instant) + TimeSpan.FromHours(1);

    private PathMemory _path;

    [Fact]
    public void A_path_that_has_lost_nothing_is_not_remembered()
    {
        for (int second = 0; second < 600; second += 3)
        {
            Look(second, sent: second, received: second).Should().BeFalse();
        }

        _path.Lately(At(600), out _).Should().BeNull();
        _path.Changes.Should().Be(0);
    }

    [Fact]
    public void What_is_lost_after_a_clean_beginning_counts_from_the_beginning()
    {
        Look(0, sent: 1, received: 1);
        Look(3, sent: 20, received: 12, retransmitted: 4, outOfOrder: 2, timeouts: 3);

        _path.Lately(At(3), out TimeSpan span).Should().Be(new PathCounts(20, 12, 4, 2, 3, 0));
        span.Should().Be(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void What_was_lost_before_the_first_look_is_not_this_connections()
    {
        Look(0, sent: 100, received: 100, retransmitted: 50, rehashes: 9);
        Look(3, sent: 110, received: 108, retransmitted: 51, rehashes: 10);

        _path.Lately(At(3), out _).Should().Be(new PathCounts(10, 8, 1, 0, 0, 1));
        _path.Changes.Should().Be(1);
    }

    [Fact]
    public void What_was_looked_at_in_the_silence_itself_does_not_count()
    {
        Look(0, sent: 1, received: 1);
        Look(3, sent: 10, received: 10, retransmitted: 1);
        Look(6, sent: 30, received: 10, retransmitted: 20);

        _path.Lately(At(5), out TimeSpan span).Should().Be(new PathCounts(10, 10, 1, 0, 0, 0));
        span.Should().Be(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void Only_the_last_minutes_count()
    {
        Look(0, sent: 1, received: 1);
        Look(1, sent: 100, received: 100, retransmitted: 50);
        for (int second = 3; second <= 600; second += 3)
        {
            Look(second, sent: 100 + second, received: 100 + second, retransmitted: 50);
        }

        PathCounts lately = _path.Lately(At(600), out TimeSpan span)!.Value;
        span.Should().BeGreaterThanOrEqualTo(TimeSpan.FromMinutes(2)).And.BeLessThanOrEqualTo(TimeSpan.FromMinutes(4.1));
        (lately.Sent, lately.Retransmitted).Should().Be(((long)span.TotalSeconds, 0L));
    }

    [Fact]
    public void Counters_that_begin_again_at_zero_only_grow()
    {
        Look(0, sent: uint.MaxValue, received: uint.MaxValue, retransmitted: 1, timeouts: 65_535);
        Look(3, sent: 9, received: 4, retransmitted: 2, timeouts: 1);

        _path.Lately(At(3), out _).Should().Be(new PathCounts(10, 5, 1, 0, 2, 0));
    }

    [Fact]
    public void Another_path_counts_once_the_kernel_waits_for_nothing_any_more()
    {
        Look(0, sent: 1, received: 1);
        Look(3, sent: 5, received: 1, rehashes: 3, inARow: 3).Should().BeFalse("it still looks for one that lives");
        _path.Changes.Should().Be(0);

        Look(6, sent: 8, received: 5, rehashes: 4).Should().BeTrue();
        _path.Changes.Should().Be(4);
        _path.TakeUntold(At(6), out bool first).Should().Be(4);
        first.Should().BeTrue();

        Look(9, sent: 9, received: 6, rehashes: 5).Should().BeTrue();
        _path.TakeUntold(At(9), out bool soon).Should().Be(1);
        soon.Should().BeFalse("the log gets one line a minute");
        _path.TakeUntold(At(9), out _).Should().Be(0);
    }

    [Fact]
    public void Where_there_is_one_path_only_none_is_counted()
    {
        _path.Look(new TcpInfoSnapshot { SegmentsSent = 5, SegmentsReceived = 5, SegmentsRetransmitted = 2, Retransmits = 0 }, s_begun, At(0)).Should().BeFalse();
        _path.Changes.Should().BeNull();
    }

    [Fact]
    public void A_kernel_that_counts_no_segments_tells_nothing()
    {
        _path.Look(default, s_begun, At(0)).Should().BeFalse();
        _path.Lately(At(0), out _).Should().BeNull();
    }

    private static Instant At(double seconds) => s_begun + TimeSpan.FromSeconds(seconds);

    private bool Look(double at, long sent, long received, long retransmitted = 0, long outOfOrder = 0, long timeouts = 0, long rehashes = 0, int inARow = 0)
    {
        TcpInfoSnapshot kernel = new()
        {
            SegmentsSent = sent,
            SegmentsReceived = received,
            SegmentsRetransmitted = retransmitted,
            OutOfOrderSegments = outOfOrder,
            RetransmissionTimeouts = timeouts,
            PathRehashes = rehashes,
            Retransmits = inARow,
        };
        return _path.Look(kernel, s_begun, At(at));
    }
}
