using Liveness.Tests.Support;

namespace Liveness.Tests.InBand;

public class SessionClosingTests
{
    [Fact]
    public void A_close_sends_what_was_accepted_then_END_then_GOODBYE_and_ends_with_the_peers()
    {
        SessionPair pair = Quiet();
        pair.Left.Write(1, 2, 3);
        pair.Left.Close(100);
        pair.Left.Session.HasEnded.Should().BeFalse();

        byte[] sent = pair.Left.Take(100);
        PeerFrames.Types(sent).Should().Be("Data End Goodbye");
        pair.Left.Session.CloseIsDone.Should().BeFalse();
        pair.Right.Receive(101, sent);
        pair.Left.Receive(102, pair.Right.Take(101));

        pair.Left.Session.CloseIsDone.Should().BeTrue();
        pair.Left.Session.Outcome.Should().Be(CloseOutcome.Confirmed);
        pair.Left.TakeSignal(SessionSignals.CloseOver).Should().BeTrue();
        pair.Left.Session.State.Should().Be(ConnectionState.Closed);
        pair.Left.Session.Farewell.Should().BeNull();
        pair.Right.Session.State.Should().Be(ConnectionState.Closed);
        pair.Right.Read(out byte[] data).Should().Be(ReadStatus.Data);
        data.Should().Equal(1, 2, 3);
        pair.Right.Read(out _).Should().Be(ReadStatus.EndOfStream);
    }

    [Fact]
    public void Both_may_close_at_once()
    {
        SessionPair pair = Quiet();
        pair.Left.Close(100);
        pair.Right.Close(100);
        byte[] left = pair.Left.Take(100);
        byte[] right = pair.Right.Take(100);

        pair.Left.Receive(150, right);
        pair.Right.Receive(150, left);

        pair.Left.Session.Outcome.Should().Be(CloseOutcome.Confirmed);
        pair.Right.Session.Outcome.Should().Be(CloseOutcome.Confirmed);
    }

    [Fact]
    public void Without_any_answer_it_is_over_after_the_timeout_and_says_so()
    {
        SessionPair pair = Quiet();
        pair.Left.Write(1);
        pair.Left.Close(100);
        pair.Left.Take(100);

        pair.Left.CloseIsOverAt(100).Should().Be(4_100, "min(T, 5 s)");
        pair.Left.Session.Outcome.Should().Be(CloseOutcome.NotConfirmed);
        pair.Left.Session.Unconfirmed.Should().Be(1);
        pair.Left.Session.Farewell.Should().BeNull("GOODBYE comes at most once");
        pair.Left.Session.ClosesInGoodOrder.Should().BeFalse();
        pair.Left.Session.State.Should().Be(ConnectionState.Lost);
        pair.Left.Loss!.Kind.Should().Be(LossKind.CloseTimedOut);
        pair.Left.Loss.UnconfirmedBytes.Should().Be(1);
    }

    [Fact]
    public void With_everything_confirmed_and_only_the_peers_goodbye_missing_nothing_is_aborted()
    {
        SessionPair pair = Quiet();
        pair.Left.Close(100);
        pair.Left.Take(100);

        pair.Left.CloseIsOverAt(100).Should().Be(4_100, "min(T, 5 s), once");

        pair.Left.Session.ClosesInGoodOrder.Should().BeTrue();
        pair.Left.Session.Farewell.Should().BeNull();
        pair.Left.Session.Outcome.Should().Be(CloseOutcome.NotConfirmed, "a goodbye that nobody answers is no good order");
        pair.Left.Loss!.Kind.Should().Be(LossKind.CloseTimedOut);
        pair.Left.Loss.UnconfirmedBytes.Should().Be(0);
    }

    [Fact]
    public void Without_a_wait_nothing_is_missing_where_everything_was_confirmed()
    {
        SessionEnd end = Greeted(options: new HeartbeatOptions { DetectWithin = TimeSpan.FromSeconds(4), CloseTimeout = TimeSpan.Zero });
        end.Close(100);
        end.Take(100);
        end.Tick(100);

        end.Session.CloseIsDone.Should().BeTrue();
        end.Session.ClosesInGoodOrder.Should().BeTrue();
        end.Session.Outcome.Should().Be(CloseOutcome.NotConfirmed);
        end.Loss.Should().BeNull("it was told not to ask");
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(2_000)]
    [InlineData(4_000)]
    public void A_kernel_that_acknowledges_the_goodbye_puts_the_timeout_off_by_the_round_trip_and_not_by_a_second_timeout(int acknowledgedAt)
    {
        SessionEnd end = Greeted();
        end.Witness = Acknowledged(100);
        end.Close(100);
        end.Take(100);
        double now = 100;
        while (!end.Session.CloseIsDone)
        {
            now = end.NextWake(now);
            end.Witness = Acknowledged(now >= acknowledgedAt ? 160UL : 100);
            end.Tick(now);
        }

        now.Should().BeInRange(acknowledgedAt + 4_000 - 250, acknowledgedAt + 4_000, "CloseTimeout counts from the last progress");
        end.Loss!.Kind.Should().Be(LossKind.CloseTimedOut);
    }

    [Fact]
    public void A_peer_that_takes_bytes_and_not_the_goodbye_is_told_by_the_bytes_that_are_missing()
    {
        SessionEnd end = Greeted(credit: 1_000);
        end.Write(new byte[35_000]);
        end.Close(100);
        end.Take(100);
        end.Receive(200, PeerFrames.Beat(5, received: 1_000));
        for (uint i = 1; !end.Session.CloseIsDone; i++)
        {
            end.Receive(200 + (i * 900), PeerFrames.Beat(5 + i, received: 1_000));
            end.Take(200 + (i * 900));
        }

        end.Session.Outcome.Should().Be(CloseOutcome.NotConfirmed);
        end.Loss!.UnconfirmedBytes.Should().Be(34_000);
        ConnectionLoss loss = LossFactory.Create(end.Loss, default);
        loss.Should().BeOfType<CloseTimedOut>().Which.Diagnosis.Should().Be(Diagnosis.PeerNotReading);
        loss.ToString().Should().Contain("34000 bytes");
    }

    [Fact]
    public void An_abort_says_so_to_the_peer_and_counts_what_may_be_missing()
    {
        SessionEnd end = Greeted(credit: 10);
        end.Write(new byte[20]);
        end.Take(100);

        end.Abort(200, "the disk is full");

        end.Session.CloseIsDone.Should().BeTrue();
        end.Session.ClosesInGoodOrder.Should().BeFalse();
        end.Session.Outcome.Should().Be(CloseOutcome.Aborted);
        end.Session.Unconfirmed.Should().Be(20);
        end.Session.Farewell.Should().Be(GoodbyeCode.Aborted);
        end.Session.AbortReason.Should().Be("the disk is full");
        end.Session.State.Should().Be(ConnectionState.Closed);
        end.Loss.Should().BeNull();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_abort_after_the_end_changes_nothing(bool byGoodbye)
    {
        SessionEnd end = Greeted();
        if (byGoodbye)
        {
            end.Receive(100, PeerFrames.Goodbye(0));
        }
        else
        {
            end.EndOfRead(100);
        }

        end.Abort(200, "too late");

        end.Session.CloseIsDone.Should().BeTrue();
        end.Session.Farewell.Should().BeNull();
        end.Session.Outcome.Should().Be(byGoodbye ? CloseOutcome.Confirmed : CloseOutcome.NotConfirmed);
    }

    [Fact]
    public void Who_closes_first_says_what_it_has_received_so_that_the_peer_knows()
    {
        SessionPair pair = Quiet();
        pair.Left.Write(new byte[100]);
        pair.Right.Receive(60, pair.Left.Take(60));
        pair.Right.Close(60);

        byte[] last = pair.Right.Take(60);
        PeerFrames.Types(last).Should().Be("Beat End Goodbye");
        pair.Left.Receive(61, last);

        pair.Left.Session.Unconfirmed.Should().Be(0);
        pair.Left.Session.Outcome.Should().Be(CloseOutcome.Confirmed);
    }

    [Fact]
    public void What_the_peer_had_not_received_when_it_closed_is_not_confirmed()
    {
        SessionPair pair = Quiet();
        pair.Left.Write(new byte[100]);
        pair.Left.Take(60);
        pair.Left.Write(new byte[50]);
        pair.Right.Close(60);
        pair.Left.Receive(61, pair.Right.Take(60));

        pair.Left.Session.State.Should().Be(ConnectionState.Closed);
        pair.Left.Session.Outcome.Should().Be(CloseOutcome.NotConfirmed);
        pair.Left.Session.Unconfirmed.Should().Be(150);
        pair.Left.Close(70);
        pair.Left.Take(70);
        pair.Left.Session.CloseIsDone.Should().BeTrue();
        pair.Left.Session.Outcome.Should().Be(CloseOutcome.NotConfirmed);
        pair.Left.Session.Unconfirmed.Should().Be(150);
    }

    [Fact]
    public void Of_two_who_close_at_once_neither_takes_a_goodbye_that_crosses_unsent_data_for_an_answer()
    {
        SessionEnd end = Greeted(credit: 10);
        end.Write(new byte[30]);
        end.Close(100);
        end.Take(100);

        end.Receive(101, PeerFrames.Goodbye(0));
        end.Take(101);

        end.Session.CloseIsDone.Should().BeTrue();
        end.Session.Outcome.Should().Be(CloseOutcome.NotConfirmed);
        end.Session.Unconfirmed.Should().Be(30);
        end.Loss.Should().BeNull("the peer has said goodbye in good order");
    }

    [Fact]
    public void Progress_of_the_peer_or_its_credit_puts_the_timeout_off_up_to_the_deadline()
    {
        SessionEnd end = Greeted();
        end.Write(new byte[40_000]);
        end.Take(2);
        end.Close(100);
        end.Receive(3_000, PeerFrames.Beat(5, received: 10));
        end.NextWake(3_000).Should().BeLessThan(7_000);
        end.Take(4_200);
        end.Session.CloseIsDone.Should().BeFalse();
        end.Receive(6_000, PeerFrames.Credit(70_000));
        end.Take(9_900);
        end.Session.CloseIsDone.Should().BeFalse();

        for (uint i = 0; i < 100 && !end.Session.CloseIsDone; i++)
        {
            end.Receive(10_000 + (i * 1_000), PeerFrames.Beat(6 + i, received: 11 + i));
            end.Take(10_000 + (i * 1_000));
        }

        end.Session.CloseIsDone.Should().BeTrue("a minute is enough");
    }

    [Fact]
    public void Beats_go_on_until_our_goodbye_has_left()
    {
        SessionEnd end = Greeted(credit: 10);
        end.Write(new byte[20]);
        end.Close(100);

        PeerFrames.Types(end.Take(100)).Should().Contain("Data").And.NotContain("Goodbye");
        PeerFrames.Types(end.Take(1_200)).Should().Be("Beat", "the tail waits for credit");
        end.Receive(1_300, PeerFrames.Credit(20));
        PeerFrames.Types(end.Take(1_300)).Should().Be("Data End Goodbye");
        end.Take(3_000).Should().BeEmpty();
    }

    [Fact]
    public void Whoever_closes_reads_on_and_grants_so_that_the_peer_gets_to_the_goodbye()
    {
        SessionPair pair = Quiet();
        pair.Right.Write(new byte[64 * 1024]);
        pair.Exchange(50);
        pair.Right.Write(new byte[64 * 1024]);
        pair.Right.CompleteWrites();
        pair.Left.Close(100);

        pair.Run(100, 1_000);

        pair.Right.Session.Unsent.Should().Be(0);
        pair.Left.Session.Outcome.Should().Be(CloseOutcome.Confirmed);
        pair.Left.Read(out _).Should().Be(ReadStatus.EndOfStream, "nobody reads it any more");
    }

    [Fact]
    public void A_silent_peer_is_not_judged_while_closing_and_does_not_keep_us_busy()
    {
        SessionEnd end = new(new HeartbeatOptions { DetectWithin = TimeSpan.FromSeconds(4), CloseTimeout = TimeSpan.FromSeconds(30) });
        Greet(end, credit: 10);
        end.Write(new byte[20]);
        end.Close(100);
        int looks = 0;
        for (double now = 100; !end.Session.CloseIsDone; now = end.NextWake(now), looks++)
        {
            end.Take(now);
        }

        end.Loss!.Kind.Should().Be(LossKind.CloseTimedOut);
        looks.Should().BeLessThan(30 * 10);
    }

    [Fact]
    public void After_the_peers_goodbye_only_ours_is_still_to_leave()
    {
        SessionPair pair = Quiet();
        pair.Left.Receive(10, PeerFrames.Goodbye(0));
        pair.Left.Close(20);
        pair.Left.Session.CloseIsDone.Should().BeFalse();

        PeerFrames.Types(pair.Left.Take(20)).Should().EndWith("Goodbye");

        pair.Left.Session.CloseIsDone.Should().BeTrue();
        pair.Left.Session.Outcome.Should().Be(CloseOutcome.Confirmed);
    }

    [Fact]
    public void A_peer_that_gives_up_while_we_close_confirms_nothing()
    {
        SessionEnd end = Greeted(credit: 10);
        end.Write(new byte[20]);
        end.Close(100);
        end.Take(100);

        end.Receive(200, PeerFrames.Goodbye(2));

        end.Session.CloseIsDone.Should().BeTrue();
        end.Session.Outcome.Should().Be(CloseOutcome.NotConfirmed);
        end.Loss!.Kind.Should().Be(LossKind.PeerGaveUp);
        end.Loss.UnconfirmedBytes.Should().Be(20);
    }

    [Theory]
    [InlineData(false, LossKind.ClosedWithoutGoodbye)]
    [InlineData(true, LossKind.TransportFailed)]
    internal void An_end_of_the_transport_before_everything_is_confirmed_is_the_loss_that_it_is(bool fails, LossKind kind)
    {
        SessionEnd end = Greeted(credit: 10);
        end.Write(new byte[20]);
        end.Close(100);
        end.Take(100);

        end.EndOfRead(200, fails ? new IOException("broken") : null);

        end.Loss!.Kind.Should().Be(kind);
        end.Session.Outcome.Should().Be(CloseOutcome.NotConfirmed);
        end.Session.Unconfirmed.Should().Be(20);
    }

    [Fact]
    public void A_write_that_fails_while_closing_leaves_the_read_side_its_chance()
    {
        SessionEnd end = Greeted(credit: 10);
        end.Write(new byte[20]);
        end.Close(100);
        end.Take(100);

        end.FailWrite(200, new IOException("broken pipe"));
        end.Tick(210);
        end.Session.CloseIsDone.Should().BeFalse();
        end.Receive(220, PeerFrames.Goodbye(0));
        end.Tick(end.NextWake(220));

        end.Session.CloseIsDone.Should().BeTrue();
        end.Loss.Should().BeNull("the peer's goodbye lay before the failure");
        end.Session.Outcome.Should().Be(CloseOutcome.NotConfirmed);
    }

    [Fact]
    public void A_close_after_a_loss_is_over_at_once_and_confirms_nothing()
    {
        SessionPair pair = Quiet();
        pair.Left.EndOfRead(10);

        pair.Left.Close(20);

        pair.Left.Session.CloseIsDone.Should().BeTrue();
        pair.Left.Session.Outcome.Should().Be(CloseOutcome.NotConfirmed);
        pair.Left.Session.State.Should().Be(ConnectionState.Lost);
    }

    [Fact]
    public void An_end_of_the_transport_ends_the_close_too()
    {
        SessionPair pair = Quiet();
        pair.Left.Close(100);
        pair.Left.Take(100);

        pair.Left.EndOfRead(200, new IOException("reset"));

        pair.Left.Session.CloseIsDone.Should().BeTrue();
        pair.Left.Session.Outcome.Should().Be(CloseOutcome.Confirmed, "nothing was left to confirm");
        pair.Left.Loss.Should().BeNull();
    }

    /// <summary>Open, with no beat waiting to be sent for the next 700 ms.</summary>
    private static SessionPair Quiet()
    {
        SessionPair pair = SessionPair.Open();
        pair.Run(0, 40);
        return pair;
    }

    private static WitnessReading Acknowledged(ulong bytes) =>
        new(0, HidesCompletedReads: false, ReadNotParsed: false) { Kernel = new TcpInfoSnapshot { BytesAcknowledged = (long)bytes } };

    private static SessionEnd Greeted(ulong credit = 65_536, HeartbeatOptions? options = null)
    {
        SessionEnd end = new(options);
        Greet(end, credit);
        return end;
    }

    private static void Greet(SessionEnd end, ulong credit)
    {
        end.Start(0);
        end.Take(0);
        end.Receive(1, PeerFrames.Hello(PeerFrames.GoodHello with { FirstCredit = credit }));
        end.Take(1);
    }
}
