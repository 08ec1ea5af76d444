using Liveness.KeepAlive;

namespace Liveness.Tests;

/// <summary>From the kernel's numbers to a diagnosis: one row for each thing that happens to connections.</summary>
public sealed class KernelDiagnosisTests
{
    /// <summary>Beats of ours are unacknowledged, and repeated.</summary>
    private static readonly TcpInfoSnapshot s_repeating = new()
    {
        UnacknowledgedSegments = 3,
        Retransmits = 4,
        UnansweredProbes = 0,
        PeerWindowBytes = 65_536,
        UnsentBytes = 0,
    };

    /// <summary>All is acknowledged.</summary>
    private static readonly TcpInfoSnapshot s_settled = s_repeating with { UnacknowledgedSegments = 0, Retransmits = 0 };

    /// <summary>
    /// A stopped process in the middle of a transfer to it: its kernel answers our window probes (measured: unacked 0, probes 0, backoff
    /// 3).
    /// </summary>
    private static readonly TcpInfoSnapshot s_windowClosed = s_settled with { PeerWindowBytes = 0, UnsentBytes = 3_787_776, Backoff = 3 };

    public static TheoryData<string, TcpInfoSnapshot?, long?, long?, bool?, LossDiagnosis, LossCertainty> Silences => new()
    {
        { "no socket to ask", null, null, null, null, LossDiagnosis.PeerHostOrPathDead, LossCertainty.Ambiguous },
        { "host or path dead", s_repeating, 0, 0, false, LossDiagnosis.PeerHostOrPathDead, LossCertainty.Likely },
        { "process stopped", s_settled, 9, 480, false, LossDiagnosis.PeerUnresponsive, LossCertainty.Likely },
        { "process stopped, newest beat still under way", s_settled with { UnacknowledgedSegments = 1 }, 9, 480, false, LossDiagnosis.PeerUnresponsive, LossCertainty.Likely },
        { "process stopped in a transfer to it", s_windowClosed, 3, 0, false, LossDiagnosis.PeerUnresponsive, LossCertainty.Likely },
        { "window too small for what waits", s_windowClosed with { PeerWindowBytes = 100 }, 3, 0, false, LossDiagnosis.PeerUnresponsive, LossCertainty.Likely },
        { "path to the peer dead, the peer repeats", s_repeating, 4, 0, false, LossDiagnosis.PathDeadOutbound, LossCertainty.Likely },
        { "interface down", s_repeating, 0, 0, true, LossDiagnosis.LocalNetworkDown, LossCertainty.Likely },
        { "interface of another path down, but the next hop acknowledges", s_settled, 9, 480, true, LossDiagnosis.PeerUnresponsive, LossCertainty.Likely },
        { "acknowledged at first, then not", s_repeating, 4, 480, false, LossDiagnosis.PeerHostOrPathDead, LossCertainty.Ambiguous },
        { "window closed, and then nothing", s_windowClosed with { UnansweredProbes = 2 }, 0, 0, false, LossDiagnosis.PeerHostOrPathDead, LossCertainty.Likely },
        { "nothing sent, so nothing to acknowledge", s_settled, 0, 0, false, LossDiagnosis.PeerHostOrPathDead, LossCertainty.Ambiguous },
        { "just sent, not yet repeated", s_settled with { UnacknowledgedSegments = 1 }, 0, 0, false, LossDiagnosis.PeerHostOrPathDead, LossCertainty.Ambiguous },
        { "idle, keepalive unanswered", s_settled with { UnansweredProbes = 2 }, 0, 0, false, LossDiagnosis.PeerHostOrPathDead, LossCertainty.Likely },
        { "segments not counted here", s_repeating, null, 0, null, LossDiagnosis.PeerHostOrPathDead, LossCertainty.Ambiguous },
    };

    [Theory]
    [MemberData(nameof(Silences))]
    public void The_kernel_tells_what_a_silence_means(
        string what, TcpInfoSnapshot? kernel, long? segments, long? acknowledged, bool? down, LossDiagnosis diagnosis, LossCertainty certainty)
    {
        Diagnose(LossKind.HeartbeatTimedOut, Evidence(kernel, segments, acknowledged, down)).Should().Be((diagnosis, certainty), what);
    }

    [Theory]
    [InlineData(1L, 44L, LossDiagnosis.PeerHostOrPathDead, LossCertainty.Ambiguous)]
    [InlineData(null, 44L, LossDiagnosis.PeerHostOrPathDead, LossCertainty.Ambiguous)]
    [InlineData(0L, 44L, LossDiagnosis.PeerUnresponsive, LossCertainty.Likely)]
    public void On_a_path_that_loses_segments_acknowledgements_do_not_convict_the_process(long? timeouts, long retransmitted, LossDiagnosis diagnosis, LossCertainty certainty)
    {
        LossEvidence evidence = new()
        {
            Kernel = s_settled,
            SegmentsInSilence = 9,
            AcknowledgedInSilenceBytes = 480,
            TimeoutsInSilence = timeouts,
            RetransmittedInSilenceBytes = retransmitted,
        };

        Diagnose(LossKind.HeartbeatTimedOut, evidence).Should().Be((diagnosis, certainty), "repetitions without a timeout are only acknowledged late");
    }

    [Fact]
    public void A_full_buffer_drops_what_comes_too_late_and_its_repetition_is_no_sign_of_a_lossy_path()
    {
        LossEvidence evidence = new() { Kernel = s_windowClosed, SegmentsInSilence = 9, AcknowledgedInSilenceBytes = 65_536, RetransmittedInSilenceBytes = 1_448 };

        Diagnose(LossKind.HeartbeatTimedOut, evidence).Should().Be((LossDiagnosis.PeerUnresponsive, LossCertainty.Likely));
    }

    [Fact]
    public void Where_timeouts_are_not_counted_what_was_repeated_in_the_silence_must_do()
    {
        LossEvidence windows = new()
        {
            Kernel = new TcpInfoSnapshot { BytesInFlight = 132 },
            SegmentsInSilence = 0,
            AcknowledgedInSilenceBytes = 0,
            RetransmittedInSilenceBytes = 528,
        };

        Diagnose(LossKind.HeartbeatTimedOut, windows).Should().Be((LossDiagnosis.PeerHostOrPathDead, LossCertainty.Likely));
    }

    [Theory]
    [InlineData(4L, LossCertainty.Likely)]
    [InlineData(0L, LossCertainty.Ambiguous)]
    public void A_reset_after_a_silence_in_which_the_peer_did_not_hear_us_means_that_it_gave_up(long segments, LossCertainty certainty)
    {
        Diagnose(LossKind.ConnectionReset, Evidence(s_repeating, segments, 0, false)).Should().Be((LossDiagnosis.PathDeadOutbound, certainty));
        Diagnose(LossKind.ConnectionReset, Evidence(s_settled, segments, 0, false)).Should().Be((LossDiagnosis.PeerClosed, LossCertainty.Likely));
    }

    [Theory]
    [InlineData(749, LossDiagnosis.PeerHostOrPathDead)]
    [InlineData(750, LossDiagnosis.PathDeadOutbound)]
    public void A_peer_whose_last_word_was_that_it_missed_a_beat_did_not_hear_us(int heardAgo, LossDiagnosis diagnosis)
    {
        LossEvidence evidence = new()
        {
            Kernel = s_repeating,
            SegmentsInSilence = 0,
            AcknowledgedInSilenceBytes = 0,
            SendInterval = TimeSpan.FromMilliseconds(500),
            PeerHeardUsAgo = TimeSpan.FromMilliseconds(heardAgo),
        };

        Diagnose(LossKind.HeartbeatTimedOut, evidence).Should().Be((diagnosis, LossCertainty.Likely));
    }

    [Fact]
    public void So_does_a_goodbye_that_says_so()
    {
        Diagnose(LossKind.PeerGaveUp, Evidence(s_repeating, 4, 0, false)).Should().Be((LossDiagnosis.PathDeadOutbound, LossCertainty.Likely));
    }

    [Fact]
    public void A_stuck_write_before_a_closed_window_means_a_peer_that_does_not_read_and_before_timeouts_a_dead_path()
    {
        Diagnose(LossKind.OutboundDead, new LossEvidence { WriteStuck = true, Kernel = s_windowClosed })
            .Should().Be((LossDiagnosis.PeerNotReading, LossCertainty.Likely));
        Diagnose(LossKind.OutboundDead, new LossEvidence { WriteStuck = true, Kernel = s_repeating })
            .Should().Be((LossDiagnosis.PathDeadOutbound, LossCertainty.Likely));
    }

    [Fact]
    public void The_text_gives_the_numbers()
    {
        ConnectionLoss loss = LossFactory.Create(Observations.Of(LossKind.HeartbeatTimedOut, Evidence(s_repeating, 0, 0, false)), DateTimeOffset.UnixEpoch);

        loss.ToString().Should().EndWith("most likely the peer's host or the path is dead "
            + "(likely: 3 segments unacknowledged, 4 timeouts in a row, 0 kernel probes unanswered, 0 bytes acknowledged since, 0 segments arrived since)");
    }

    private static LossEvidence Evidence(TcpInfoSnapshot? kernel, long? segments, long? acknowledged, bool? down) => new()
    {
        Kernel = kernel,
        SegmentsInSilence = segments,
        AcknowledgedInSilenceBytes = acknowledged,
        LocalNetworkIsDown = down,
    };

    private static (LossDiagnosis Diagnosis, LossCertainty Certainty) Diagnose(LossKind kind, LossEvidence evidence) => DiagnosisRules.Diagnose(Observations.Of(kind, evidence));
}
