using System.Net.Sockets;
using Liveness.KeepAlive;

namespace Liveness.Tests;

public sealed class DiagnosisRulesTests
{
    [Fact]
    public void Every_diagnosis_that_the_rules_give_is_one_that_the_table_allows()
    {
        foreach (LossKind kind in Observations.AllKinds)
        {
            foreach (LossObservation observation in Observations.ManyOf(kind))
            {
                (LossDiagnosis diagnosis, LossCertainty certainty) = DiagnosisRules.Diagnose(observation);
                DiagnosisTable.Allows(kind, diagnosis).Should().BeTrue("{0} was diagnosed as {1}", kind, diagnosis);
                Enum.IsDefined(certainty).Should().BeTrue();
            }
        }
    }

    [Fact]
    public void Every_kind_may_carry_a_diagnosis_and_none_may_carry_all()
    {
        foreach (LossKind kind in Observations.AllKinds)
        {
            Enum.GetValues<LossDiagnosis>().Count(diagnosis => DiagnosisTable.Allows(kind, diagnosis))
                .Should().BeInRange(1, Enum.GetValues<LossDiagnosis>().Length - 1, "of {0}", kind);
        }
    }

    [Fact]
    public void An_unknown_cause_is_never_certain()
    {
        Observations.AllKinds.SelectMany(Observations.ManyOf).Select(DiagnosisRules.Diagnose)
            .Where(result => result.Diagnosis == LossDiagnosis.Unknown)
            .Should().OnlyContain(result => result.Certainty == LossCertainty.Ambiguous);
    }

    [Theory]
    [InlineData(null, LossDiagnosis.PeerHostOrPathDead, LossCertainty.Ambiguous)]
    [InlineData(SocketError.NetworkDown, LossDiagnosis.LocalNetworkDown, LossCertainty.Likely)]
    [InlineData(SocketError.NetworkUnreachable, LossDiagnosis.LocalNetworkDown, LossCertainty.Ambiguous)]
    [InlineData(SocketError.HostUnreachable, LossDiagnosis.PeerHostOrPathDead, LossCertainty.Likely)]
    [InlineData(SocketError.HostDown, LossDiagnosis.PeerHostOrPathDead, LossCertainty.Likely)]
    public void What_cannot_be_reached_is_told_by_the_socket_error(SocketError? error, LossDiagnosis diagnosis, LossCertainty certainty)
    {
        Diagnose(LossKind.NetworkUnreachable, new LossEvidence { SocketError = error }).Should().Be((diagnosis, certainty));
    }

    [Theory]
    [InlineData(true, SocketError.HostUnreachable, LossDiagnosis.LocalNetworkDown)]
    [InlineData(true, null, LossDiagnosis.LocalNetworkDown)]
    [InlineData(false, SocketError.HostUnreachable, LossDiagnosis.PeerHostOrPathDead)]
    public void An_interface_of_our_own_that_is_down_decides(bool isDown, SocketError? error, LossDiagnosis diagnosis)
    {
        Diagnose(LossKind.NetworkUnreachable, new LossEvidence { LocalNetworkIsDown = isDown, SocketError = error }).Should().Be((diagnosis, LossCertainty.Likely));
    }

    [Theory]
    [InlineData(true, SocketError.TimedOut)]
    [InlineData(true, null)]
    [InlineData(false, SocketError.TimedOut)]
    public void An_interface_of_our_own_that_is_down_goes_before_the_kernels_timeout(bool byTheKernel, SocketError? error)
    {
        Diagnose(byTheKernel ? LossKind.KeepAliveTimedOut : LossKind.HeartbeatTimedOut, new LossEvidence { LocalNetworkIsDown = true, SocketError = error }).Should().Be((LossDiagnosis.LocalNetworkDown, LossCertainty.Likely));
    }

    [Theory]
    [InlineData(1, 0L, 0, LossDiagnosis.PeerNotReading)]
    [InlineData(1, 0L, 1, LossDiagnosis.PeerNotReading)]
    [InlineData(1, 0L, 2, LossDiagnosis.PeerHostOrPathDead)]
    [InlineData(1, 500L, 0, LossDiagnosis.PeerHostOrPathDead)]
    [InlineData(0, 0L, 0, LossDiagnosis.PeerHostOrPathDead)]
    public void A_kernel_that_gave_up_on_a_closed_window_with_answered_probes_had_a_peer_that_does_not_read(int unsent, long window, int probes, LossDiagnosis diagnosis)
    {
        TcpInfoSnapshot kernel = new() { UnacknowledgedSegments = 0, UnsentBytes = unsent, PeerWindowBytes = window, UnansweredProbes = probes };

        Diagnose(LossKind.KeepAliveTimedOut, new LossEvidence { Kernel = kernel }).Should().Be((diagnosis, LossCertainty.Likely));
    }

    [Theory]
    [InlineData(2249, LossDiagnosis.PeerClosed)]
    [InlineData(2250, LossDiagnosis.WePaused)]
    public void A_reset_after_a_pause_of_three_quarters_of_the_peers_bound_is_our_own_doing(int pauseMilliseconds, LossDiagnosis diagnosis)
    {
        LossEvidence evidence = Paused(pauseMilliseconds / 1_000.0, 3, 3);

        Diagnose(LossKind.ConnectionReset, evidence).Should().Be((diagnosis, LossCertainty.Likely));
        Diagnose(LossKind.ClosedWithoutGoodbye, evidence).Should().Be((diagnosis, LossCertainty.Likely));
    }

    [Theory]
    [InlineData(1.4, 1.0, 1.0, LossDiagnosis.WePaused, LossCertainty.Likely)]
    [InlineData(3.0, 30.0, 30.0, LossDiagnosis.PeerClosed, LossCertainty.Likely)]
    [InlineData(2.9, 4.0, 10.0, LossDiagnosis.PeerClosed, LossCertainty.Likely)]
    [InlineData(3.0, 4.0, 10.0, LossDiagnosis.WePaused, LossCertainty.Ambiguous)]
    [InlineData(7.5, 4.0, 10.0, LossDiagnosis.WePaused, LossCertainty.Likely)]
    [InlineData(2.2, null, null, LossDiagnosis.PeerClosed, LossCertainty.Likely)]
    [InlineData(2.3, null, null, LossDiagnosis.WePaused, LossCertainty.Ambiguous)]
    public void The_peers_bound_decides_and_where_it_is_not_known_it_is_ambiguous(double pause, double? least, double? most, LossDiagnosis diagnosis, LossCertainty certainty)
    {
        Diagnose(LossKind.ConnectionReset, Paused(pause, least, most)).Should().Be((diagnosis, certainty), "our own bound is 3 s");
        (LossDiagnosis said, LossCertainty sure) = DiagnosisRules.Diagnose(
            Observations.Of(LossKind.PeerGaveUp, Paused(pause, least, most), new GoodbyeFrame(GoodbyeCode.JudgedLost, "")));
        (said, sure).Should().Be(diagnosis == LossDiagnosis.WePaused ? (diagnosis, certainty) : (LossDiagnosis.PeerGaveUp, LossCertainty.Proven));
    }

    [Fact]
    public void A_thread_pool_that_far_behind_counts_as_a_pause()
    {
        LossEvidence evidence = new() { OwnLag = TimeSpan.FromSeconds(1), PeerBoundAtLeast = TimeSpan.FromSeconds(1), PeerBoundAtMost = TimeSpan.FromSeconds(1) };

        Diagnose(LossKind.ConnectionReset, evidence).Should().Be((LossDiagnosis.WePaused, LossCertainty.Likely));
    }

    [Fact]
    public void Without_a_bound_no_pause_is_too_long()
    {
        LossEvidence evidence = new() { LongestOwnPause = TimeSpan.FromHours(1) };
        LossObservation observation = Observations.Of(LossKind.ConnectionReset, evidence, bound: Timeout.InfiniteTimeSpan);

        DiagnosisRules.Diagnose(observation).Diagnosis.Should().Be(LossDiagnosis.PeerClosed);
    }

    [Theory]
    [InlineData(GoodbyeCode.JudgedLost, 0, LossDiagnosis.PeerGaveUp, LossCertainty.Proven)]
    [InlineData(GoodbyeCode.JudgedLost, 3, LossDiagnosis.WePaused, LossCertainty.Likely)]
    [InlineData(GoodbyeCode.ProtocolViolation, 3, LossDiagnosis.PeerGaveUp, LossCertainty.Proven)]
    [InlineData(GoodbyeCode.Refused, 0, LossDiagnosis.PeerGaveUp, LossCertainty.Proven)]
    [InlineData(GoodbyeCode.Aborted, 3, LossDiagnosis.PeerClosed, LossCertainty.Proven)]
    [InlineData(GoodbyeCode.OutboundDead, 0, LossDiagnosis.PathDeadInbound, LossCertainty.Likely)]
    [InlineData(GoodbyeCode.OutboundDead, 3, LossDiagnosis.WePaused, LossCertainty.Likely)]
    [InlineData(GoodbyeCode.CloseTimedOut, 3, LossDiagnosis.PeerClosed, LossCertainty.Proven)]
    [InlineData((GoodbyeCode)77, 3, LossDiagnosis.PeerGaveUp, LossCertainty.Proven)]
    public void What_the_peer_says_is_proven_unless_we_know_better(GoodbyeCode code, int pauseSeconds, LossDiagnosis diagnosis, LossCertainty certainty)
    {
        LossEvidence evidence = Paused(pauseSeconds, 3, 3);

        DiagnosisRules.Diagnose(Observations.Of(LossKind.PeerGaveUp, evidence, new GoodbyeFrame(code, ""))).Should().Be((diagnosis, certainty));
    }

    [Fact]
    public void A_stuck_write_is_weaker_evidence_than_a_peer_that_says_it_hears_nothing()
    {
        Diagnose(LossKind.OutboundDead, new LossEvidence { WriteStuck = true }).Should().Be((LossDiagnosis.PathDeadOutbound, LossCertainty.Ambiguous));
        Diagnose(LossKind.OutboundDead, new LossEvidence { PeerHeardUsAgo = Observations.Bound }).Should().Be((LossDiagnosis.PathDeadOutbound, LossCertainty.Likely));
    }

    [Fact]
    public void Bytes_that_wait_on_our_side_convict_our_own_reader_but_not_where_the_transport_threw()
    {
        LossEvidence evidence = new() { UnreadSocketBytes = 1 };

        Diagnose(LossKind.TransportFailed, evidence).Should().Be((LossDiagnosis.OurReaderStuck, LossCertainty.Likely));
        DiagnosisRules.Diagnose(Observations.Of(LossKind.TransportFailed, evidence, exception: new IOException()))
            .Should().Be((LossDiagnosis.Unknown, LossCertainty.Ambiguous));
    }

    [Theory]
    [InlineData(LossKind.PeerNotLiveness, LossDiagnosis.NotOurProtocol, LossCertainty.Proven)]
    [InlineData(LossKind.HandshakeFailed, LossDiagnosis.Unknown, LossCertainty.Ambiguous)]
    [InlineData(LossKind.ProtocolViolated, LossDiagnosis.ProtocolBroken, LossCertainty.Proven)]
    [InlineData(LossKind.KeepAliveTimedOut, LossDiagnosis.PeerHostOrPathDead, LossCertainty.Likely)]
    [InlineData(LossKind.SideConnectionSilent, LossDiagnosis.PeerHostOrPathDead, LossCertainty.Ambiguous)]
    [InlineData(LossKind.PeerDenied, LossDiagnosis.PeerForgot, LossCertainty.Likely)]
    internal void Without_further_evidence_the_kind_decides(LossKind kind, LossDiagnosis diagnosis, LossCertainty certainty)
    {
        Diagnose(kind, new LossEvidence()).Should().Be((diagnosis, certainty));
    }

    [Fact]
    public void What_the_judge_decided_stands_whatever_the_evidence()
    {
        LossObservation observation = new()
        {
            Kind = LossKind.SideConnectionSilent,
            Silence = Observations.Bound,
            Bound = Observations.Bound,
            Evidence = new LossEvidence { LocalNetworkIsDown = true },
            Decided = (LossDiagnosis.PeerUnresponsive, LossCertainty.Likely),
        };

        DiagnosisRules.Diagnose(observation).Should().Be((LossDiagnosis.PeerUnresponsive, LossCertainty.Likely));
    }

    private static LossEvidence Paused(double seconds, double? least, double? most) => new()
    {
        LongestOwnPause = TimeSpan.FromSeconds(seconds),
        PeerBoundAtLeast = least is { } atLeast ? TimeSpan.FromSeconds(atLeast) : null,
        PeerBoundAtMost = most is { } atMost ? TimeSpan.FromSeconds(atMost) : null,
    };

    [Theory]
    [InlineData(0, 5L, LossDiagnosis.PeerNotReading, LossCertainty.Likely)]
    [InlineData(1, 5L, LossDiagnosis.PeerNotReading, LossCertainty.Ambiguous)]
    [InlineData(2, 5L, LossDiagnosis.PeerHostOrPathDead, LossCertainty.Ambiguous)]
    [InlineData(0, 9L, LossDiagnosis.Unknown, LossCertainty.Ambiguous)]
    [InlineData(1, 9L, LossDiagnosis.PeerHostOrPathDead, LossCertainty.Ambiguous)]
    public void A_close_that_ran_out_is_judged_by_what_the_peer_took_and_one_beat_may_only_be_late(int missed, long consumed, LossDiagnosis diagnosis, LossCertainty certainty)
    {
        LossObservation observation = new()
        {
            Kind = LossKind.CloseTimedOut,
            Silence = TimeSpan.FromSeconds(1),
            Bound = TimeSpan.FromSeconds(3),
            UnconfirmedBytes = 4,
            Evidence = new LossEvidence { MissedBeats = missed, PeerReceivedBytes = 9, PeerConsumedBytes = consumed },
        };

        DiagnosisRules.Diagnose(observation).Should().Be((diagnosis, certainty));
    }

    private static (LossDiagnosis Diagnosis, LossCertainty Certainty) Diagnose(LossKind kind, LossEvidence evidence)
    {
        return DiagnosisRules.Diagnose(Observations.Of(kind, evidence));
    }
}
