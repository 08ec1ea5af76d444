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
        pair.Left.Session.CloseWasConfirmed.Should().BeTrue();
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

        pair.Left.Session.CloseWasConfirmed.Should().BeTrue();
        pair.Right.Session.CloseWasConfirmed.Should().BeTrue();
    }

    [Fact]
    public void Without_any_answer_it_is_over_after_the_timeout_and_says_so()
    {
        SessionPair pair = Quiet();
        pair.Left.Write(1);
        pair.Left.Close(100);
        pair.Left.Take(100);

        pair.Left.CloseIsOverAt(100).Should().Be(4_100, "min(T, 5 s)");
        pair.Left.Session.CloseWasConfirmed.Should().BeFalse();
        pair.Left.Session.Unconfirmed.Should().Be(1);
        pair.Left.Session.Farewell.Should().BeNull("GOODBYE comes at most once");
        pair.Left.Loss.Should().BeNull();
    }

    [Fact]
    public void With_everything_confirmed_and_only_the_peers_goodbye_missing_nothing_is_aborted()
    {
        SessionPair pair = Quiet();
        pair.Left.Close(100);
        pair.Left.Take(100);

        pair.Left.CloseIsOverAt(100);

        pair.Left.Session.CloseWasConfirmed.Should().BeTrue();
        pair.Left.Session.Farewell.Should().BeNull();
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
        pair.Left.Session.CloseWasConfirmed.Should().BeTrue();
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

        end.Loss.Should().BeNull();
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
        pair.Left.Session.CloseWasConfirmed.Should().BeTrue();
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
        end.Session.CloseWasConfirmed.Should().BeFalse();
    }

    [Fact]
    public void A_close_after_a_loss_is_over_at_once_and_confirms_nothing()
    {
        SessionPair pair = Quiet();
        pair.Left.EndOfRead(10);

        pair.Left.Close(20);

        pair.Left.Session.CloseIsDone.Should().BeTrue();
        pair.Left.Session.CloseWasConfirmed.Should().BeFalse();
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
        pair.Left.Session.CloseWasConfirmed.Should().BeTrue("nothing was left to confirm");
        pair.Left.Loss.Should().BeNull();
    }

    /// <summary>Open, with no beat waiting to be sent for the next 700 ms.</summary>
    private static SessionPair Quiet()
    {
        SessionPair pair = SessionPair.Open();
        pair.Run(0, 40);
        return pair;
    }

    private static SessionEnd Greeted(ulong credit = 65_536)
    {
        SessionEnd end = new();
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
