using Liveness.KeepAlive;

namespace Liveness.Tests;

/// <summary>A path that loses segments is not taken for a process that hangs, nor for the end of anything.</summary>
public sealed class PathLossyTests
{
    private static readonly TcpInfoSnapshot s_repeating = new() { UnacknowledgedSegments = 1, Retransmits = 2 };

    [Theory]
    [InlineData(2, 10, 0, 10, false)]
    [InlineData(3, 100, 0, 100, true)]
    [InlineData(3, 101, 0, 100, false)]
    [InlineData(0, 100, 3, 100, true)]
    [InlineData(0, 100, 3, 101, false)]
    [InlineData(13, 80, 4, 75, true)]
    public void Three_of_a_hundred_in_either_direction_are_too_many(long again, long sent, long outOfOrder, long received, bool isLossy)
    {
        PathRules.IsLossy(new LossEvidence { PathRetransmittedSegments = again, PathSentSegments = sent, PathOutOfOrderSegments = outOfOrder, PathReceivedSegments = received })
            .Should().Be(isLossy);
        PathRules.IsLossy(new LossEvidence()).Should().BeFalse();
    }

    [Fact]
    public void What_is_acknowledged_on_such_a_path_does_not_convict_the_peers_process()
    {
        TcpInfoSnapshot answering = new() { UnacknowledgedSegments = 0, Retransmits = 0, PeerWindowBytes = 65_536 };

        Diagnose(answering, acknowledged: 44, segments: 1, isLossy: false).Should().Be((LossDiagnosis.PeerUnresponsive, LossCertainty.Likely));
        Diagnose(answering, acknowledged: 44, segments: 1, isLossy: true).Should().Be((LossDiagnosis.PathLossy, LossCertainty.Ambiguous));
    }

    [Fact]
    public void A_closed_window_is_the_peers_own_word_on_any_path()
    {
        TcpInfoSnapshot closed = new() { UnacknowledgedSegments = 0, UnsentBytes = 5, PeerWindowBytes = 0 };

        Diagnose(closed, acknowledged: 0, segments: 3, isLossy: true).Should().Be((LossDiagnosis.PeerUnresponsive, LossCertainty.Likely));
    }

    [Theory]
    [InlineData(3, LossDiagnosis.PathDeadOutbound, LossCertainty.Likely, LossCertainty.Likely)]
    [InlineData(0, LossDiagnosis.PeerHostOrPathDead, LossCertainty.Likely, LossCertainty.Ambiguous)]
    public void What_is_repeated_in_vain_on_such_a_path_may_still_get_through(long segments, LossDiagnosis otherwise, LossCertainty certaintyOtherwise, LossCertainty certainty)
    {
        Diagnose(s_repeating, acknowledged: 0, segments, isLossy: false).Should().Be((otherwise, certaintyOtherwise));
        Diagnose(s_repeating, acknowledged: 0, segments, isLossy: true).Should().Be((LossDiagnosis.PathLossy, certainty));
    }

    [Fact]
    public void An_interface_of_our_own_that_is_down_goes_before_it()
    {
        LossEvidence evidence = Of(s_repeating, 0, 0, isLossy: true, isDown: true);

        DiagnosisRules.Diagnose(Observations.Of(LossKind.HeartbeatTimedOut, evidence)).Should().Be((LossDiagnosis.LocalNetworkDown, LossCertainty.Likely));
    }

    [Theory]
    [InlineData(GoodbyeCode.JudgedLost)]
    [InlineData(GoodbyeCode.OutboundDead)]
    public void A_peer_that_gave_up_over_such_a_path_was_not_reached(GoodbyeCode code)
    {
        LossEvidence evidence = Of(s_repeating, 0, 3, isLossy: true);

        DiagnosisRules.Diagnose(Observations.Of(LossKind.PeerGaveUp, evidence, new GoodbyeFrame(code, ""))).Should().Be((LossDiagnosis.PathLossy, LossCertainty.Likely));
    }

    [Theory]
    [InlineData(1, LossDiagnosis.PathLossy, LossCertainty.Ambiguous)]
    [InlineData(0, LossDiagnosis.PeerClosed, LossCertainty.Likely)]
    public void A_reset_when_the_peers_beats_were_overdue_may_be_all_that_came_of_its_goodbye(int missed, LossDiagnosis diagnosis, LossCertainty certainty)
    {
        LossEvidence evidence = new() { MissedBeats = missed, PathRetransmittedSegments = 30, PathSentSegments = 100 };

        DiagnosisRules.Diagnose(Observations.Of(LossKind.ConnectionReset, evidence)).Should().Be((diagnosis, certainty));
    }

    [Fact]
    public void The_text_says_how_bad_it_was()
    {
        ConnectionLoss loss = LossFactory.Create(Observations.Of(LossKind.HeartbeatTimedOut, Of(s_repeating, 0, 3, isLossy: true)), DateTimeOffset.UnixEpoch);

        loss.ToString().Should().Contain("most likely the path loses segments (likely: 1 segment unacknowledged, 2 timeouts in a row")
            .And.Contain("; in 56 s before, 30 of 100 segments were sent again, and 4 of 75 came out of order)");
    }

    private static (LossDiagnosis Diagnosis, LossCertainty Certainty) Diagnose(TcpInfoSnapshot kernel, long acknowledged, long segments, bool isLossy) =>
        DiagnosisRules.Diagnose(Observations.Of(LossKind.HeartbeatTimedOut, Of(kernel, acknowledged, segments, isLossy)));

    private static LossEvidence Of(TcpInfoSnapshot kernel, long acknowledged, long segments, bool isLossy, bool isDown = false) => new()
    {
        Kernel = kernel,
        AcknowledgedInSilenceBytes = acknowledged,
        SegmentsInSilence = segments,
        LocalNetworkIsDown = isDown,
        PathSpan = isLossy ? TimeSpan.FromSeconds(56) : null,
        PathSentSegments = isLossy ? 100 : null,
        PathRetransmittedSegments = isLossy ? 30 : null,
        PathReceivedSegments = isLossy ? 75 : null,
        PathOutOfOrderSegments = isLossy ? 4 : null,
    };
}
