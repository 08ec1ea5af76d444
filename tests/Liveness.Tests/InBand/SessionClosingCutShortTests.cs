using Liveness.Tests.Support;
using static Liveness.Tests.InBand.ClosingSessions;

namespace Liveness.Tests.InBand;

/// <summary>A close that an abort, the peer or the transport cuts short, and one that comes too late.</summary>
public class SessionClosingCutShortTests
{
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
        end.Session.State.Should().Be(LivenessState.Closed);
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
        pair.Left.Session.State.Should().Be(LivenessState.Lost);
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
}
