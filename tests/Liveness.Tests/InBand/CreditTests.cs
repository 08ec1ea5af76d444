namespace Liveness.Tests.InBand;

public class CreditTests
{
    private static readonly Instant s_start = new(1);

    [Fact]
    public void The_window_takes_exactly_what_it_granted()
    {
        CreditWindow window = Fixed(1_000);

        window.TryReceive(999, s_start).Should().BeTrue();
        window.TryReceive(2, s_start).Should().BeFalse();
        window.TryReceive(1, s_start).Should().BeTrue();
        window.TryReceive(1, s_start).Should().BeFalse();
        window.Received.Should().Be(1_000);
        window.Unread.Should().Be(1_000);
    }

    [Fact]
    public void A_grant_is_due_once_half_a_window_was_taken()
    {
        CreditWindow window = Fixed(1_000);
        window.TryReceive(1_000, s_start);

        window.Consume(499);
        window.GrantIsDue.Should().BeFalse();
        window.Consume(1);
        window.GrantIsDue.Should().BeTrue();

        window.TryTakeGrant(s_start, default, rides: false, out ulong offset).Should().BeTrue();
        offset.Should().Be(1_500);
        window.GrantIsDue.Should().BeFalse();
        window.TryReceive(500, s_start).Should().BeTrue();
        window.TryReceive(1, s_start).Should().BeFalse();
        window.Unread.Should().Be(1_000, "never more than a window lies unread");
    }

    [Fact]
    public void Nothing_may_be_sent_before_the_first_credit()
    {
        SendCredit credit = new();
        credit.Available.Should().Be(0);

        credit.Open(100);
        credit.Available.Should().Be(100);
        credit.Spend(60);

        credit.Available.Should().Be(40);
        credit.Sent.Should().Be(60);
    }

    [Theory]
    [InlineData(99, ProtocolRule.CreditNotRaised)]
    [InlineData(100, ProtocolRule.CreditNotRaised)]
    [InlineData(101, ProtocolRule.None)]
    [InlineData(60 + (1L << 30), ProtocolRule.None)]
    [InlineData(61 + (1L << 30), ProtocolRule.CreditTooFarAhead)]
    [InlineData(long.MaxValue, ProtocolRule.CreditTooFarAhead)]
    public void Credit_must_rise_and_not_too_far(long offset, object rule)
    {
        SendCredit credit = new();
        credit.Open(100);
        credit.Spend(60);

        credit.Raise((ulong)offset).Should().Be((ProtocolRule)rule);

        credit.Available.Should().Be((ProtocolRule)rule == ProtocolRule.None ? (int)(offset - 60) : 40);
    }

    [Fact]
    public void A_window_may_begin_at_zero()
    {
        SendCredit credit = new();
        credit.Open(0);

        credit.Raise(5).Should().Be(ProtocolRule.None);

        credit.Available.Should().Be(5);
    }

    private static CreditWindow Fixed(int window) => new(window, window, new UnreadBudget(0));
}
