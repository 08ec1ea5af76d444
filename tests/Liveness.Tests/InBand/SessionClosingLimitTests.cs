using Liveness.Tests.Support;
using static Liveness.Tests.InBand.ClosingSessions;

namespace Liveness.Tests.InBand;

/// <summary>A close that does not move: how long it is waited for, and what puts that off.</summary>
public class SessionClosingLimitTests
{
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
        pair.Left.Session.State.Should().Be(LivenessState.Lost);
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
        loss.Should().BeOfType<CloseTimedOut>().Which.Diagnosis.Should().Be(LossDiagnosis.PeerNotReading);
        loss.ToString().Should().Contain("34000 bytes");
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
}
