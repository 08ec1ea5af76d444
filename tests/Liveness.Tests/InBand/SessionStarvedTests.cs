using System.Net.Sockets;
using Liveness.Tests.Support;

namespace Liveness.Tests.InBand;

/// <summary>Every deadline of a session while our own pool is behind: it can't have read what the peer has sent, nor sent what is to be
/// sent.</summary>
public sealed class SessionStarvedTests
{
    private static readonly WitnessReading s_bytesWait = new(44, HidesCompletedReads: false, ReadNotParsed: false);

    private static readonly WitnessReading s_hidden = new(null, HidesCompletedReads: true, ReadNotParsed: false);

    [Fact]
    public void A_handshake_is_not_failed_by_the_lag_of_our_own_pool()
    {
        SessionEnd end = Started(lag: 10_000);
        end.Tick(10_000);
        end.Loss.Should().BeNull("for all we know HELLO lies in our socket");

        end.PoolLag = 0;
        end.PoolSpells = PauseLedger.Empty.Add(MachineRig.At(0), MachineRig.At(13_000));
        end.Receive(13_001, PeerFrames.Hello());
        end.Session.IsOpen.Should().BeTrue();
    }

    /// <summary>Whether there is lag at the deadline is known only if it was measured before.</summary>
    [Fact]
    public void Before_its_time_is_up_the_lag_is_measured()
    {
        SessionEnd end = Started(lag: 0);
        end.NextWake(0).Should().Be(7_500);
        end.TakeSignal(SessionSignals.ProbePoolLag).Should().BeFalse();
        end.Tick(7_500);
        end.TakeSignal(SessionSignals.ProbePoolLag).Should().BeTrue();
        end.NextWake(7_500).Should().Be(10_000);
    }

    [Fact]
    public void A_peer_that_says_nothing_is_told_although_the_pool_never_recovers()
    {
        SessionEnd end = Started(lag: 0);
        double at = 0;
        while (end.Loss is null)
        {
            at = Math.Max(end.NextWake(at), at + 1);
            end.PoolLag = at;
            end.Tick(at);
        }

        at.Should().Be(40_000, "one limit, and three for the pool");
        end.Loss.Kind.Should().Be(LossKind.HandshakeFailed);
        end.Loss.Detail.Should().Be(
            "the peer has not started Liveness yet, or does not speak it; for 30.0 s of that time our own thread pool was behind, which did not count");
        end.Loss.Evidence.ExcusedWhileStarved.Should().Be(TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void While_its_HELLO_may_lie_here_the_verdict_waits_for_the_pool(bool bytesWait)
    {
        SessionEnd end = Started(lag: 0);
        end.Witness = bytesWait ? s_bytesWait : s_hidden;
        end.PoolLag = 300_000;
        end.Tick(300_000);
        end.Loss.Should().BeNull();

        // The pool is in time again, and there is no HELLO: what is left of the limit runs.
        end.PoolLag = 0;
        end.PoolSpells = PauseLedger.Empty.Add(MachineRig.At(0), MachineRig.At(300_000));
        end.Tick(309_999);
        end.Loss.Should().BeNull();
        end.Tick(310_000);
        end.Loss!.Kind.Should().Be(LossKind.HandshakeFailed);
    }

    [Fact]
    public void Our_own_HELLO_that_waits_for_the_pool_is_not_the_peers_delay()
    {
        SessionEnd end = new();
        end.Start(0);
        end.PoolLag = 300_000;
        end.Tick(300_000);
        end.Loss.Should().BeNull("the peer has nothing to answer");
    }

    [Fact]
    public void What_explains_a_failed_write_may_wait_for_the_pool()
    {
        SessionPair pair = SessionPair.Open();
        pair.Left.FailWrite(10, new SocketException((int)SocketError.Shutdown));
        pair.Left.PoolLag = 2_000;
        pair.Left.Tick(2_010);
        pair.Left.Loss.Should().BeNull();

        pair.Left.PoolLag = 0;
        pair.Left.PoolSpells = PauseLedger.Empty.Add(MachineRig.At(10), MachineRig.At(2_010));
        pair.Left.Receive(2_020, PeerFrames.Goodbye(0));
        pair.Left.Loss.Should().BeNull();
        pair.Left.Session.State.Should().Be(LivenessState.Closed);
    }

    [Fact]
    public void A_close_is_not_cut_short_by_the_lag_of_our_own_pool_but_within_four_times_its_limit()
    {
        SessionPair pair = SessionPair.Open();
        pair.Left.Write(1, 2, 3);
        pair.Left.Close(0);
        pair.Left.Take(0);
        double at = 0;
        while (!pair.Left.Session.CloseIsDone)
        {
            at = Math.Max(pair.Left.NextWake(at), at + 1);
            pair.Left.PoolLag = at;
            pair.Left.Tick(at);
        }

        at.Should().BeInRange(15_900, 16_100, "CloseTimeout is T, 4 s");
        pair.Left.Session.Outcome.Should().Be(CloseOutcome.NotConfirmed);
    }

    /// <summary>Its HELLO has left, and what the witness sees it sees.</summary>
    private static SessionEnd Started(double lag)
    {
        SessionEnd end = new();
        end.Start(0);
        end.TakeOnce(0);
        end.PoolLag = lag;
        return end;
    }
}
