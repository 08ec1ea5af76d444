using System.Net.Sockets;
using Liveness.KeepAlive;
using Liveness.Tests.Support;

namespace Liveness.Tests.InBand;

/// <summary>How the peer or the transport ends it.</summary>
public class SessionEndingTests
{
    [Fact]
    public void An_end_of_the_transport_without_goodbye_is_a_loss()
    {
        SessionPair pair = SessionPair.Open();

        pair.Left.EndOfRead(10);

        pair.Left.Loss!.Kind.Should().Be(LossKind.ClosedWithoutGoodbye);
    }

    [Fact]
    public void After_END_both_ways_with_everything_confirmed_it_is_orderly()
    {
        SessionPair pair = HalfClosedBothWays();
        pair.Run(0, 2_000);

        pair.Left.EndOfRead(2_000);

        pair.Left.Loss.Should().BeNull();
        pair.Left.Session.State.Should().Be(LivenessState.Closed);
        pair.Left.TakeSignal(SessionSignals.Ended).Should().BeTrue();
    }

    [Fact]
    public void With_a_byte_unconfirmed_it_is_not()
    {
        SessionPair pair = HalfClosedBothWays();
        pair.Left.Session.Unconfirmed.Should().Be(3);

        pair.Left.EndOfRead(10);

        pair.Left.Loss!.Kind.Should().Be(LossKind.ClosedWithoutGoodbye);
    }

    [Fact]
    public void END_of_one_side_alone_is_half_a_close()
    {
        SessionPair pair = SessionPair.Open();
        pair.Right.CompleteWrites();
        pair.Run(0, 2_000);
        pair.Left.Read(out _).Should().Be(ReadStatus.EndOfStream);
        pair.Left.Session.State.Should().Be(LivenessState.Alive);

        pair.Left.EndOfRead(2_000);

        pair.Left.Loss!.Kind.Should().Be(LossKind.ClosedWithoutGoodbye);
        pair.Left.Read(out _).Should().Be(ReadStatus.EndOfStream, "the peer's stream was whole");
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, null)]
    [InlineData(2, LossKind.PeerGaveUp)]
    [InlineData(3, LossKind.PeerGaveUp)]
    [InlineData(4, LossKind.PeerGaveUp)]
    [InlineData(5, LossKind.PeerGaveUp)]
    [InlineData(4_711, LossKind.PeerGaveUp)]
    public void A_goodbye_is_an_orderly_end_or_a_peer_that_gave_up(int code, object? kind)
    {
        SessionPair pair = SessionPair.Open();

        pair.Left.Receive(10, PeerFrames.Goodbye(code, "tired"));

        pair.Left.Loss?.Kind.Should().Be((LossKind?)kind);
        pair.Left.Session.State.Should().Be(kind is null ? LivenessState.Closed : LivenessState.Lost);
        if (kind is not null)
        {
            PeerGaveUp loss = (PeerGaveUp)LossFactory.Create(pair.Left.Loss!, default);
            ((int)loss.Code).Should().Be(code);
            loss.Reason.Should().Be("tired");
        }

        pair.Left.Session.Farewell.Should().BeNull();
    }

    [Fact]
    public void Whoever_hears_goodbye_stops_beating_answers_it_and_keeps_what_was_read()
    {
        SessionPair pair = SessionPair.Open();
        pair.Left.Receive(10, PeerFrames.Data(5), PeerFrames.Goodbye(0));

        PeerFrames.Types(pair.Left.Take(10)).Should().EndWith("Goodbye");

        pair.Left.NextWake(10).Should().Be(double.PositiveInfinity);
        pair.Left.Take(5_000).Should().BeEmpty();
        pair.Left.Read(out byte[] data).Should().Be(ReadStatus.Data);
        data.Should().Equal(0, 1, 2, 3, 4);
        pair.Left.Read(out _).Should().Be(ReadStatus.EndOfStream);
        pair.Left.EndOfRead(20);
        pair.Left.Loss.Should().BeNull();
    }

    [Fact]
    public void What_comes_after_a_goodbye_is_not_looked_at()
    {
        SessionPair pair = SessionPair.Open();

        pair.Left.Receive(10, [.. PeerFrames.Goodbye(0), .. PeerFrames.Raw(0x0F, 3)]);
        pair.Left.Receive(11, PeerFrames.Data(5));

        pair.Left.Loss.Should().BeNull();
        pair.Left.Session.Counts.Received.Should().Be(0);
    }

    [Theory]
    [InlineData(SocketError.ConnectionReset, LossKind.ConnectionReset)]
    [InlineData(SocketError.Shutdown, LossKind.ConnectionReset)]
    [InlineData(SocketError.TimedOut, LossKind.KeepAliveTimedOut)]
    [InlineData(SocketError.HostUnreachable, LossKind.NetworkUnreachable)]
    [InlineData(SocketError.AccessDenied, LossKind.TransportFailed)]
    public void An_error_of_the_read_side_has_a_name(SocketError error, object kind)
    {
        SessionPair pair = SessionPair.Open();
        IOException thrown = new("x", new SocketException((int)error));

        pair.Left.EndOfRead(10, thrown);

        pair.Left.Loss!.Kind.Should().Be((LossKind)kind);
        pair.Left.Loss.Exception.Should().BeSameAs(thrown);
        pair.Left.Loss.Evidence.SocketError.Should().Be(error);
        pair.Left.Loss.Evidence.FirstBytes.Should().BeNull();
    }

    [Theory]
    [InlineData(2_880, LossKind.HeartbeatTimedOut)]
    [InlineData(2_879, LossKind.KeepAliveTimedOut)]
    public void A_kernel_that_times_out_a_quarter_before_us_gives_our_own_verdict(double silence, object kind)
    {
        SessionPair pair = SessionPair.Open();

        pair.Left.EndOfRead(silence, new SocketException((int)SocketError.TimedOut));

        pair.Left.Loss!.Kind.Should().Be((LossKind)kind);
        pair.Left.Loss.Evidence.SocketError.Should().Be(SocketError.TimedOut);
    }

    [Fact]
    public void Bytes_that_came_before_an_error_are_read_first_and_parsed_first()
    {
        SessionPair pair = SessionPair.Open();
        pair.Left.Receive(10, PeerFrames.Data(5), PeerFrames.Goodbye(2));

        pair.Left.EndOfRead(10, new SocketException((int)SocketError.ConnectionReset));

        pair.Left.Loss!.Kind.Should().Be(LossKind.PeerGaveUp, "the goodbye came before the reset");
        pair.Left.Read(out byte[] data, most: 2).Should().Be(ReadStatus.Data);
        data.Should().Equal(0, 1);
        pair.Left.Read(out data).Should().Be(ReadStatus.Data);
        data.Should().Equal(2, 3, 4);
        pair.Left.Read(out _).Should().Be(ReadStatus.Failed);
    }

    [Fact]
    public void A_silent_peer_is_lost_with_all_that_was_measured()
    {
        SessionPair pair = SessionPair.Open();
        pair.Left.Write(1, 2, 3);
        pair.Run(0, 1_100);
        pair.Left.Witness = pair.Left.Witness with { Kernel = new TcpInfoSnapshot { BytesAcknowledged = 500, BytesSent = 600 } };
        double now = 1_100;
        while (pair.Left.Loss is null)
        {
            pair.Left.Take(now);
            now = pair.Left.NextWake(now);
        }

        LossObservation loss = pair.Left.Loss!;
        loss.Kind.Should().Be(LossKind.HeartbeatTimedOut);
        loss.Silence.Should().BeCloseTo(TimeSpan.FromMilliseconds(3_880), TimeSpan.FromMilliseconds(1));
        loss.Bound.Should().Be(TimeSpan.FromSeconds(4));
        loss.Evidence.MissedBeats.Should().Be(3);
        loss.Evidence.UnansweredProbes.Should().BeInRange(8, 11);
        loss.Evidence.BytesSent.Should().Be(3);
        loss.Evidence.PeerReceivedBytes.Should().Be(3);
        loss.Evidence.PeerConsumedBytes.Should().Be(0);
        loss.Evidence.Kernel!.Value.BytesAcknowledged.Should().Be(500);
        loss.Evidence.AcknowledgedInSilenceBytes.Should().Be(0);
        loss.Evidence.UnreadSocketBytes.Should().Be(0);
        loss.Evidence.RoundTrip.Should().Be(TimeSpan.Zero);
        loss.Evidence.WriteStuck.Should().BeNull();
        pair.Left.Session.Farewell.Should().Be(GoodbyeCode.JudgedLost);
    }

    private static SessionPair HalfClosedBothWays()
    {
        SessionPair pair = SessionPair.Open();
        pair.Left.Write(1, 2, 3);
        pair.Left.CompleteWrites();
        pair.Right.CompleteWrites();
        pair.Exchange(0);
        pair.Left.Read(out _).Should().Be(ReadStatus.EndOfStream);
        return pair;
    }
}
