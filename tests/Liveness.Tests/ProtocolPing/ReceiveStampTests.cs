using Liveness.ProtocolPing;

namespace Liveness.Tests.ProtocolPing;

public sealed class ReceiveStampTests
{
    private readonly ReceiveStamp _stamp = new(new Instant(100));

    [Fact]
    public void The_newest_wins_in_whatever_order_they_come()
    {
        _stamp.Set(new Instant(300), 1);
        _stamp.Set(new Instant(200), 1);
        _stamp.Set(new Instant(300), 1);

        _stamp.At.Should().Be(new Instant(300));
    }

    [Fact]
    public void Every_byte_counts_also_one_that_comes_late()
    {
        _stamp.Set(new Instant(300), 5);
        _stamp.Set(new Instant(200), 7);

        _stamp.Bytes.Should().Be(12);
    }

    [Fact]
    public void It_begins_with_the_time_that_it_was_made()
    {
        _stamp.Set(new Instant(50), 1);

        _stamp.At.Should().Be(new Instant(100));
    }
}
