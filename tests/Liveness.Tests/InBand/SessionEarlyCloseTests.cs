using Liveness.Tests.Support;

namespace Liveness.Tests.InBand;

/// <summary>A close before the handshake is through, and one that meets nonsense.</summary>
public class SessionEarlyCloseTests
{
    [Fact]
    public void A_close_before_the_start_or_in_an_empty_handshake_is_over_at_once()
    {
        SessionEnd end = new();
        end.Close(0);
        end.Session.CloseIsDone.Should().BeTrue();

        SessionEnd started = new();
        started.Start(0);
        started.Take(0);
        started.Close(10);
        started.Session.CloseIsDone.Should().BeTrue();
        started.Session.State.Should().Be(LivenessState.Closed);
    }

    [Fact]
    public void A_close_in_the_handshake_still_delivers_what_was_accepted()
    {
        SessionPair pair = new();
        pair.Left.Start(0);
        pair.Right.Start(0);
        pair.Left.Write(1, 2, 3);
        pair.Left.Close(0);
        pair.Left.Session.CloseIsDone.Should().BeFalse();

        pair.Run(0, 1_000);

        pair.Left.Session.Outcome.Should().Be(CloseOutcome.Confirmed);
        pair.Right.Read(out byte[] data).Should().Be(ReadStatus.Data);
        data.Should().Equal(1, 2, 3);
    }

    [Theory]
    [InlineData(GoodbyeCode.Done, null)]
    [InlineData(GoodbyeCode.Refused, LossKind.PeerGaveUp)]
    internal void A_peer_may_say_goodbye_before_our_own_HELLO_has_left(GoodbyeCode code, LossKind? loss)
    {
        SessionEnd end = new();
        end.Start(0);

        end.Receive(0, PeerFrames.Hello(), PeerFrames.Goodbye((int)code));

        end.Session.HasEnded.Should().BeTrue();
        (end.Loss?.Kind).Should().Be(loss);
    }

    [Fact]
    public void Nothing_is_said_to_a_judged_peer_before_our_own_HELLO_has_left()
    {
        SessionEnd end = new();
        end.Start(0);

        end.Receive(0, PeerFrames.Hello(PeerFrames.GoodHello with { MaxFrame = 0 }));

        end.Loss!.Kind.Should().Be(LossKind.ProtocolViolated);
        end.Session.Farewell.Should().BeNull("the first frame of a stream is HELLO");
    }

    [Fact]
    public void Where_that_handshake_never_ends_the_timeout_does()
    {
        SessionEnd end = new();
        end.Start(0);
        end.Write(1, 2, 3);
        end.Close(0);

        end.CloseIsOverAt(0).Should().Be(4_000);
        end.Session.Outcome.Should().Be(CloseOutcome.NotConfirmed);
    }

    [Theory]
    [InlineData(new byte[] { 0x0F, 0, 0, 0, 1, 2, 3 })]
    [InlineData(new byte[] { 1, 0, 0, 64, 1, 2, 3 })]
    public void Nonsense_while_closing_ends_the_close_and_not_the_process(byte[] nonsense)
    {
        SessionEnd end = new();
        end.Start(0);
        end.Take(0);
        end.Receive(1, PeerFrames.Hello());
        end.Close(100);

        end.Receive(101, nonsense, nonsense);

        SessionEnd handshaking = new();
        handshaking.Start(0);
        handshaking.Write(1);
        handshaking.Close(1);
        handshaking.Receive(2, nonsense, nonsense);
        handshaking.Session.CloseIsDone.Should().BeTrue();
        handshaking.Session.Outcome.Should().Be(CloseOutcome.NotConfirmed);

        if (nonsense[0] == 0x0F)
        {
            end.Session.CloseIsDone.Should().BeTrue();
            end.Session.Farewell.Should().Be(GoodbyeCode.ProtocolViolation);
        }
    }
}
