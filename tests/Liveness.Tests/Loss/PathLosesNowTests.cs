using Liveness.KeepAlive;

namespace Liveness.Tests;

/// <summary>
/// Where something was lost since the peer was last heard, what its kernel acknowledges says nothing sure of its process.
/// </summary>
public sealed class PathLosesNowTests
{
    private static readonly TcpInfoSnapshot s_acknowledging = new() { UnacknowledgedSegments = 0, Retransmits = 0, PeerWindowBytes = 65_536 };

    [Theory]
    [InlineData(0, 0, 0, LossDiagnosis.PeerUnresponsive, LossCertainty.Likely)]
    [InlineData(null, null, null, LossDiagnosis.PeerUnresponsive, LossCertainty.Likely)]
    [InlineData(1, 0, 0, LossDiagnosis.PeerHostOrPathDead, LossCertainty.Ambiguous)]
    [InlineData(0, 0, 1, LossDiagnosis.PeerHostOrPathDead, LossCertainty.Ambiguous)]
    [InlineData(0, 1, 0, LossDiagnosis.PathDeadInbound, LossCertainty.Ambiguous)]
    public void A_process_is_blamed_only_where_the_path_has_lost_nothing(int? timeouts, int? outOfOrder, int? otherPaths, LossDiagnosis diagnosis, LossCertainty certainty)
    {
        LossEvidence evidence = new()
        {
            Kernel = s_acknowledging,
            AcknowledgedInSilenceBytes = 528,
            SegmentsInSilence = 12,
            TimeoutsInSilence = 0,
            TimeoutsSinceHeard = timeouts,
            OutOfOrderSinceHeard = outOfOrder,
            PathChangesSinceHeard = otherPaths,
        };

        DiagnosisRules.Diagnose(Observations.Of(LossKind.HeartbeatTimedOut, evidence)).Should().Be((diagnosis, certainty));
    }

    [Fact]
    public void A_peer_that_heard_nothing_while_we_heard_it_was_not_reached()
    {
        GoodbyeFrame goodbye = new(GoodbyeCode.JudgedLost, "");

        DiagnosisRules.Diagnose(Observations.Of(LossKind.PeerGaveUp, new LossEvidence { UnacknowledgedFor = TimeSpan.FromSeconds(5) }, goodbye))
            .Should().Be((LossDiagnosis.PathDeadOutbound, LossCertainty.Likely));
        DiagnosisRules.Diagnose(Observations.Of(LossKind.PeerGaveUp, new LossEvidence(), goodbye)).Should().Be((LossDiagnosis.PeerGaveUp, LossCertainty.Proven));
    }

    [Fact]
    public void A_path_that_was_clean_at_every_look_counts_from_nothing()
    {
        PathMemory path = default;
        path.SinceHeard(Kernel(timeouts: 2), At(0)).Should().BeNull("nobody has ever looked");
        path.Look(Kernel(), At(0), At(1_000));

        path.SinceHeard(Kernel(timeouts: 2, outOfOrder: 1, rehashes: 2), At(1_500))!.Value.Should().BeEquivalentTo(new { Timeouts = 2L, OutOfOrder = 1L, Rehashes = (long?)2 });
    }

    [Fact]
    public void A_look_in_the_silence_itself_is_not_where_it_counts_from()
    {
        PathMemory path = default;
        path.Look(Kernel(timeouts: 1), At(0), At(1_000));
        path.Look(Kernel(timeouts: 3), At(0), At(2_000));
        path.Look(Kernel(timeouts: 7), At(0), At(3_000));

        path.SinceHeard(Kernel(timeouts: 9), At(2_500))!.Value.Timeouts.Should().Be(6);
        path.SinceHeard(Kernel(timeouts: 9), At(3_000))!.Value.Timeouts.Should().Be(2);
    }

    private static Instant At(int milliseconds) => new(TimeSpan.TicksPerDay + (milliseconds * TimeSpan.TicksPerMillisecond));

    private static TcpInfoSnapshot Kernel(int timeouts = 0, int outOfOrder = 0, int rehashes = 0) => new()
    {
        SegmentsSent = 100,
        SegmentsReceived = 100,
        SegmentsRetransmitted = timeouts,
        OutOfOrderSegments = outOfOrder,
        RetransmissionTimeouts = timeouts,
        PathRehashes = rehashes,
    };
}
