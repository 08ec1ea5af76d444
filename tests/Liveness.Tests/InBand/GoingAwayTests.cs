using Liveness.Tests.Support;

namespace Liveness.Tests.InBand;

/// <summary>A close that tells the peer why, and when to come back.</summary>
public sealed class GoingAwayTests
{
    [Fact]
    public void The_peer_is_told_before_the_goodbye_how_long_to_stay_away()
    {
        SessionPair pair = SessionPair.Open();
        LastWord word = new(GoodbyeCode.GoingAway, "a new version", TimeSpan.FromSeconds(7.5));
        pair.Left.Close(100, word);
        byte[] sent = pair.Left.Take(100);
        PeerFrames.Types(sent).Should().EndWith("End ReconnectAfter Goodbye");

        pair.Right.Receive(101, sent);
        pair.Left.Receive(102, pair.Right.Take(101));

        pair.Right.Session.State.Should().Be(LivenessState.Closed);
        pair.Right.Session.PeerGoingAway.Should().BeEquivalentTo(new PeerGoingAway("a new version", TimeSpan.FromSeconds(7.5)));
        pair.Left.Session.Outcome.Should().Be(CloseOutcome.Confirmed);
        pair.Left.Session.PeerGoingAway.Should().BeNull("the peer only answers");
    }

    [Fact]
    public void Without_a_time_nothing_is_said_of_it()
    {
        SessionPair pair = SessionPair.Open();
        pair.Left.Close(100, new LastWord(GoodbyeCode.GoingAway));
        byte[] sent = pair.Left.Take(100);
        PeerFrames.Types(sent).Should().NotContain("ReconnectAfter");

        pair.Right.Receive(101, sent);

        pair.Right.Session.PeerGoingAway.Should().BeEquivalentTo(new PeerGoingAway("", null));
    }

    [Fact]
    public void A_peer_that_is_done_and_asks_for_time_is_not_going_away()
    {
        SessionPair pair = SessionPair.Open();
        pair.Right.Receive(100, [.. ReconnectAfter(1_000), .. PeerFrames.Goodbye((int)GoodbyeCode.Done)]);

        pair.Right.Session.State.Should().Be(LivenessState.Closed);
        pair.Right.Session.PeerGoingAway.Should().BeNull();
    }

    [Theory]
    [InlineData(0, "00:00:00")]
    [InlineData(86_400_000, "1.00:00:00")]
    [InlineData(86_400_001, "1.00:00:00")]
    [InlineData(uint.MaxValue, "1.00:00:00")]
    public void No_peer_can_ask_for_more_than_a_day(uint milliseconds, string expected)
    {
        SessionPair pair = SessionPair.Open();
        pair.Right.Receive(100, [.. ReconnectAfter(milliseconds), .. PeerFrames.Goodbye((int)GoodbyeCode.GoingAway)]);

        pair.Right.Session.PeerGoingAway!.ReconnectAfter.Should().Be(TimeSpan.Parse(expected));
    }

    [Fact]
    public void A_longer_frame_says_the_same_and_a_shorter_one_nothing()
    {
        SessionPair pair = SessionPair.Open();
        byte[] longer = [0x81, 0, 0, 6, 0, 0, 3, 232, 9, 9];
        byte[] shorter = [0x81, 0, 0, 3, 1, 1, 1];
        pair.Right.Receive(100, [.. longer, .. shorter, .. PeerFrames.Goodbye((int)GoodbyeCode.GoingAway)]);

        pair.Right.Session.PeerGoingAway!.ReconnectAfter.Should().Be(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void A_peer_that_says_it_over_and_over_breaks_the_protocol_as_with_every_frame()
    {
        SessionPair pair = SessionPair.Open();
        byte[] flood = [.. Enumerable.Range(0, 2_000).SelectMany(_ => ReconnectAfter(1))];
        pair.Right.Receive(100, flood);

        pair.Right.Session.Loss!.Rule.Should().Be(ProtocolRule.Flood);
    }

    [Theory]
    [InlineData(-1, CloseReason.GoingAway, "*00:00:00 to 1.00:00:00*")]
    [InlineData(86_400_001, CloseReason.GoingAway, "*00:00:00 to 1.00:00:00*")]
    [InlineData(1_000, CloseReason.Done, "*GoingAway*")]
    [InlineData(null, (CloseReason)2, "*Done or GoingAway*")]
    public void What_can_not_be_told_is_refused(int? milliseconds, CloseReason reason, string message)
    {
        TimeSpan? after = milliseconds is { } count ? TimeSpan.FromMilliseconds(count) : null;
        Action close = () => CloseReasons.ToWord(reason, text: null, after);

        close.Should().Throw<ArgumentException>().WithMessage(message);
    }

    [Fact]
    public void Before_the_hello_it_is_no_word_of_a_peer()
    {
        SessionPair pair = new();
        pair.Right.Start(0);
        pair.Right.Receive(1, ReconnectAfter(1_000));

        pair.Right.Session.Loss!.Kind.Should().Be(LossKind.PeerNotLiveness);
        pair.Right.Session.PeerGoingAway.Should().BeNull();
    }

    [Fact]
    public void What_comes_behind_the_goodbye_changes_nothing()
    {
        SessionPair pair = SessionPair.Open();
        byte[] flood = [.. Enumerable.Range(0, 2_000).SelectMany(_ => ReconnectAfter(9))];
        pair.Right.Receive(100, [.. PeerFrames.Goodbye((int)GoodbyeCode.GoingAway), .. flood], flood);

        pair.Right.Session.PeerGoingAway.Should().BeEquivalentTo(new PeerGoingAway("", null));
        pair.Right.Session.Loss.Should().BeNull();
    }

    [Fact]
    public void It_may_come_byte_by_byte_and_behind_the_end_of_the_data()
    {
        SessionPair pair = SessionPair.Open();
        byte[] longer = [0x81, 0, 0, 6, 0, 0, 3, 232, 9, 9];
        byte[][] pieces =
            [.. new byte[][] { PeerFrames.End(), longer, PeerFrames.Goodbye((int)GoodbyeCode.GoingAway, "bye") }
                .SelectMany(frame => frame).Select(one => new[] { one })];
        pair.Right.Receive(100, pieces);

        pair.Right.Session.PeerGoingAway.Should().BeEquivalentTo(new PeerGoingAway("bye", TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void Where_both_go_away_at_once_each_hears_the_other()
    {
        SessionPair pair = SessionPair.Open();
        pair.Left.Close(100, new LastWord(GoodbyeCode.GoingAway, "left", TimeSpan.FromSeconds(1)));
        pair.Right.Close(100, new LastWord(GoodbyeCode.GoingAway, "right", TimeSpan.FromSeconds(2)));
        pair.Exchange(101);

        pair.Left.Session.PeerGoingAway.Should().BeEquivalentTo(new PeerGoingAway("right", TimeSpan.FromSeconds(2)));
        pair.Right.Session.PeerGoingAway.Should().BeEquivalentTo(new PeerGoingAway("left", TimeSpan.FromSeconds(1)));
        (pair.Left.Session.Outcome, pair.Right.Session.Outcome).Should().Be((CloseOutcome.Confirmed, CloseOutcome.Confirmed));
    }

    [Fact]
    public void A_flood_of_it_ends_our_own_close_too()
    {
        SessionPair pair = SessionPair.Open();
        pair.Right.Close(100);
        pair.Right.Take(100);
        pair.Right.Receive(101, [.. Enumerable.Range(0, 2_000).SelectMany(_ => ReconnectAfter(1))]);

        pair.Right.Session.Loss!.Rule.Should().Be(ProtocolRule.Flood);
    }

    [Fact]
    public void A_loss_is_no_going_away_even_where_a_time_was_asked_for()
    {
        SessionPair pair = SessionPair.Open();
        pair.Right.Receive(100, ReconnectAfter(1_000));
        pair.Right.EndOfRead(101);

        pair.Right.Session.Loss!.Kind.Should().Be(LossKind.ClosedWithoutGoodbye);
        pair.Right.Session.PeerGoingAway.Should().BeNull();
    }

    private static byte[] ReconnectAfter(uint milliseconds) =>
        [0x81, 0, 0, 4, (byte)(milliseconds >> 24), (byte)(milliseconds >> 16), (byte)(milliseconds >> 8), (byte)milliseconds];
}
