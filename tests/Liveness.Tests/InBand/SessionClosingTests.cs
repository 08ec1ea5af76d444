using Liveness.Tests.Support;
using static Liveness.Tests.InBand.ClosingSessions;

namespace Liveness.Tests.InBand;

/// <summary>A close in good order: everything is sent, and both ends say goodbye.</summary>
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
        pair.Left.Session.State.Should().Be(LivenessState.Closed);
        pair.Left.Session.Farewell.Should().BeNull();
        pair.Right.Session.State.Should().Be(LivenessState.Closed);
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

        pair.Left.Session.State.Should().Be(LivenessState.Closed);
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
}
