using System.Net.Sockets;

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
                (Diagnosis diagnosis, Certainty certainty) = DiagnosisRules.Diagnose(observation);
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
            Enum.GetValues<Diagnosis>().Count(diagnosis => DiagnosisTable.Allows(kind, diagnosis))
                .Should().BeInRange(1, Enum.GetValues<Diagnosis>().Length - 1, "of {0}", kind);
        }
    }

    [Fact]
    public void An_unknown_cause_is_never_certain()
    {
        Observations.AllKinds.SelectMany(Observations.ManyOf).Select(DiagnosisRules.Diagnose)
            .Where(result => result.Diagnosis == Diagnosis.Unknown)
            .Should().OnlyContain(result => result.Certainty == Certainty.Ambiguous);
    }

    [Theory]
    [InlineData(null, Diagnosis.PeerHostOrPathDead, Certainty.Ambiguous)]
    [InlineData(SocketError.NetworkDown, Diagnosis.LocalNetworkDown, Certainty.Likely)]
    [InlineData(SocketError.NetworkUnreachable, Diagnosis.LocalNetworkDown, Certainty.Ambiguous)]
    [InlineData(SocketError.HostUnreachable, Diagnosis.PeerHostOrPathDead, Certainty.Likely)]
    [InlineData(SocketError.HostDown, Diagnosis.PeerHostOrPathDead, Certainty.Likely)]
    public void What_cannot_be_reached_is_told_by_the_socket_error(SocketError? error, Diagnosis diagnosis, Certainty certainty)
    {
        Diagnose(LossKind.NetworkUnreachable, new Evidence { SocketError = error }).Should().Be((diagnosis, certainty));
    }

    [Theory]
    [InlineData(true, SocketError.HostUnreachable, Diagnosis.LocalNetworkDown)]
    [InlineData(true, null, Diagnosis.LocalNetworkDown)]
    [InlineData(false, SocketError.HostUnreachable, Diagnosis.PeerHostOrPathDead)]
    public void An_interface_of_our_own_that_is_down_decides(bool isDown, SocketError? error, Diagnosis diagnosis)
    {
        Diagnose(LossKind.NetworkUnreachable, new Evidence { LocalNetworkIsDown = isDown, SocketError = error }).Should().Be((diagnosis, Certainty.Likely));
    }

    [Theory]
    [InlineData(true, SocketError.TimedOut)]
    [InlineData(true, null)]
    [InlineData(false, SocketError.TimedOut)]
    public void An_interface_of_our_own_that_is_down_goes_before_the_kernels_timeout(bool byTheKernel, SocketError? error)
    {
        Diagnose(byTheKernel ? LossKind.KeepAliveTimedOut : LossKind.HeartbeatTimedOut, new Evidence { LocalNetworkIsDown = true, SocketError = error }).Should().Be((Diagnosis.LocalNetworkDown, Certainty.Likely));
    }

    [Theory]
    [InlineData(1, 0L, 0, Diagnosis.PeerNotReading)]
    [InlineData(1, 0L, 1, Diagnosis.PeerNotReading)]
    [InlineData(1, 0L, 2, Diagnosis.PeerHostOrPathDead)]
    [InlineData(1, 500L, 0, Diagnosis.PeerHostOrPathDead)]
    [InlineData(0, 0L, 0, Diagnosis.PeerHostOrPathDead)]
    public void A_kernel_that_gave_up_on_a_closed_window_with_answered_probes_had_a_peer_that_does_not_read(int unsent, long window, int probes, Diagnosis diagnosis)
    {
        TcpInfoSnapshot kernel = new() { UnacknowledgedSegments = 0, UnsentBytes = unsent, PeerWindowBytes = window, UnansweredProbes = probes };

        Diagnose(LossKind.KeepAliveTimedOut, new Evidence { Kernel = kernel }).Should().Be((diagnosis, Certainty.Likely));
    }

    [Theory]
    [InlineData(2249, Diagnosis.PeerClosed)]
    [InlineData(2250, Diagnosis.WePaused)]
    public void A_reset_after_a_pause_of_three_quarters_of_the_peers_bound_is_our_own_doing(int pauseMilliseconds, Diagnosis diagnosis)
    {
        Evidence evidence = Paused(pauseMilliseconds / 1_000.0, 3, 3);

        Diagnose(LossKind.ConnectionReset, evidence).Should().Be((diagnosis, Certainty.Likely));
        Diagnose(LossKind.ClosedWithoutGoodbye, evidence).Should().Be((diagnosis, Certainty.Likely));
    }

    [Theory]
    [InlineData(1.4, 1.0, 1.0, Diagnosis.WePaused, Certainty.Likely)]
    [InlineData(3.0, 30.0, 30.0, Diagnosis.PeerClosed, Certainty.Likely)]
    [InlineData(2.9, 4.0, 10.0, Diagnosis.PeerClosed, Certainty.Likely)]
    [InlineData(3.0, 4.0, 10.0, Diagnosis.WePaused, Certainty.Ambiguous)]
    [InlineData(7.5, 4.0, 10.0, Diagnosis.WePaused, Certainty.Likely)]
    [InlineData(2.2, null, null, Diagnosis.PeerClosed, Certainty.Likely)]
    [InlineData(2.3, null, null, Diagnosis.WePaused, Certainty.Ambiguous)]
    public void The_peers_bound_decides_and_where_it_is_not_known_it_is_ambiguous(double pause, double? least, double? most, Diagnosis diagnosis, Certainty certainty)
    {
        Diagnose(LossKind.ConnectionReset, Paused(pause, least, most)).Should().Be((diagnosis, certainty), "our own bound is 3 s");
        (Diagnosis said, Certainty sure) = DiagnosisRules.Diagnose(
            Observations.Of(LossKind.PeerGaveUp, Paused(pause, least, most), new GoodbyeFrame(GoodbyeCode.JudgedLost, "")));
        (said, sure).Should().Be(diagnosis == Diagnosis.WePaused ? (diagnosis, certainty) : (Diagnosis.PeerGaveUp, Certainty.Proven));
    }

    [Fact]
    public void A_thread_pool_that_far_behind_counts_as_a_pause()
    {
        Evidence evidence = new() { OwnLag = TimeSpan.FromSeconds(1), PeerBoundAtLeast = TimeSpan.FromSeconds(1), PeerBoundAtMost = TimeSpan.FromSeconds(1) };

        Diagnose(LossKind.ConnectionReset, evidence).Should().Be((Diagnosis.WePaused, Certainty.Likely));
    }

    [Fact]
    public void Without_a_bound_no_pause_is_too_long()
    {
        Evidence evidence = new() { LongestOwnPause = TimeSpan.FromHours(1) };
        LossObservation observation = Observations.Of(LossKind.ConnectionReset, evidence, bound: Timeout.InfiniteTimeSpan);

        DiagnosisRules.Diagnose(observation).Diagnosis.Should().Be(Diagnosis.PeerClosed);
    }

    [Theory]
    [InlineData(GoodbyeCode.JudgedLost, 0, Diagnosis.PeerGaveUp, Certainty.Proven)]
    [InlineData(GoodbyeCode.JudgedLost, 3, Diagnosis.WePaused, Certainty.Likely)]
    [InlineData(GoodbyeCode.ProtocolViolation, 3, Diagnosis.PeerGaveUp, Certainty.Proven)]
    [InlineData(GoodbyeCode.Refused, 0, Diagnosis.PeerGaveUp, Certainty.Proven)]
    [InlineData(GoodbyeCode.Aborted, 3, Diagnosis.PeerClosed, Certainty.Proven)]
    [InlineData(GoodbyeCode.OutboundDead, 0, Diagnosis.PathDeadInbound, Certainty.Likely)]
    [InlineData(GoodbyeCode.OutboundDead, 3, Diagnosis.WePaused, Certainty.Likely)]
    [InlineData(GoodbyeCode.CloseTimedOut, 3, Diagnosis.PeerClosed, Certainty.Proven)]
    [InlineData((GoodbyeCode)77, 3, Diagnosis.PeerGaveUp, Certainty.Proven)]
    public void What_the_peer_says_is_proven_unless_we_know_better(GoodbyeCode code, int pauseSeconds, Diagnosis diagnosis, Certainty certainty)
    {
        Evidence evidence = Paused(pauseSeconds, 3, 3);

        DiagnosisRules.Diagnose(Observations.Of(LossKind.PeerGaveUp, evidence, new GoodbyeFrame(code, ""))).Should().Be((diagnosis, certainty));
    }

    [Fact]
    public void A_stuck_write_is_weaker_evidence_than_a_peer_that_says_it_hears_nothing()
    {
        Diagnose(LossKind.OutboundDead, new Evidence { WriteStuck = true }).Should().Be((Diagnosis.PathDeadOutbound, Certainty.Ambiguous));
        Diagnose(LossKind.OutboundDead, new Evidence { PeerHeardUsAgo = Observations.Bound }).Should().Be((Diagnosis.PathDeadOutbound, Certainty.Likely));
    }

    [Fact]
    public void Bytes_that_wait_on_our_side_convict_our_own_reader_but_not_where_the_transport_threw()
    {
        Evidence evidence = new() { UnreadSocketBytes = 1 };

        Diagnose(LossKind.TransportFailed, evidence).Should().Be((Diagnosis.OurReaderStuck, Certainty.Likely));
        DiagnosisRules.Diagnose(Observations.Of(LossKind.TransportFailed, evidence, exception: new IOException()))
            .Should().Be((Diagnosis.Unknown, Certainty.Ambiguous));
    }

    [Theory]
    [InlineData(LossKind.PeerNotLiveness, Diagnosis.NotOurProtocol, Certainty.Proven)]
    [InlineData(LossKind.HandshakeFailed, Diagnosis.Unknown, Certainty.Ambiguous)]
    [InlineData(LossKind.ProtocolViolated, Diagnosis.ProtocolBroken, Certainty.Proven)]
    [InlineData(LossKind.KeepAliveTimedOut, Diagnosis.PeerHostOrPathDead, Certainty.Likely)]
    [InlineData(LossKind.SideSilent, Diagnosis.PeerHostOrPathDead, Certainty.Ambiguous)]
    [InlineData(LossKind.PeerDenied, Diagnosis.PeerForgot, Certainty.Likely)]
    internal void Without_further_evidence_the_kind_decides(LossKind kind, Diagnosis diagnosis, Certainty certainty)
    {
        Diagnose(kind, new Evidence()).Should().Be((diagnosis, certainty));
    }

    [Fact]
    public void What_the_judge_decided_stands_whatever_the_evidence()
    {
        LossObservation observation = new()
        {
            Kind = LossKind.SideSilent,
            Silence = Observations.Bound,
            Bound = Observations.Bound,
            Evidence = new Evidence { LocalNetworkIsDown = true },
            Decided = (Diagnosis.PeerUnresponsive, Certainty.Likely),
        };

        DiagnosisRules.Diagnose(observation).Should().Be((Diagnosis.PeerUnresponsive, Certainty.Likely));
    }

    private static Evidence Paused(double seconds, double? least, double? most) => new()
    {
        LongestOwnPause = TimeSpan.FromSeconds(seconds),
        PeerBoundAtLeast = least is { } atLeast ? TimeSpan.FromSeconds(atLeast) : null,
        PeerBoundAtMost = most is { } atMost ? TimeSpan.FromSeconds(atMost) : null,
    };

    [Theory]
    [InlineData(0, 5L, Diagnosis.PeerNotReading, Certainty.Likely)]
    [InlineData(1, 5L, Diagnosis.PeerNotReading, Certainty.Ambiguous)]
    [InlineData(2, 5L, Diagnosis.PeerHostOrPathDead, Certainty.Ambiguous)]
    [InlineData(0, 9L, Diagnosis.Unknown, Certainty.Ambiguous)]
    [InlineData(1, 9L, Diagnosis.PeerHostOrPathDead, Certainty.Ambiguous)]
    public void A_close_that_ran_out_is_judged_by_what_the_peer_took_and_one_beat_may_only_be_late(int missed, long consumed, Diagnosis diagnosis, Certainty certainty)
    {
        LossObservation observation = new()
        {
            Kind = LossKind.CloseTimedOut,
            Silence = TimeSpan.FromSeconds(1),
            Bound = TimeSpan.FromSeconds(3),
            UnconfirmedBytes = 4,
            Evidence = new Evidence { MissedBeats = missed, PeerReceivedBytes = 9, PeerConsumedBytes = consumed },
        };

        DiagnosisRules.Diagnose(observation).Should().Be((diagnosis, certainty));
    }

    private static (Diagnosis Diagnosis, Certainty Certainty) Diagnose(LossKind kind, Evidence evidence)
    {
        return DiagnosisRules.Diagnose(Observations.Of(kind, evidence));
    }
}
