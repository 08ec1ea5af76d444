using System.Net.Sockets;
using Liveness.KeepAlive;
using Liveness.Testing;

namespace Liveness.Tests.Testing;

public sealed class LossesTests
{
    [Fact]
    public void Every_kind_that_can_happen_is_ready_made()
    {
        ConnectionLoss[] losses =
        [
            Losses.HeartbeatTimedOut(), Losses.OutboundDead(), Losses.ConnectionReset(), Losses.ClosedWithoutGoodbye(), Losses.PeerGaveUp(),
            Losses.HandshakeFailed(), Losses.PeerNotLiveness(), Losses.ProtocolViolated(), Losses.TransportFailed(), Losses.KeepAliveTimedOut(), Losses.NetworkUnreachable(),
            Losses.CloseTimedOut(),
        ];

        losses.Select(loss => loss.ErrorType).Should().OnlyHaveUniqueItems();
        losses.Should().OnlyContain(loss => loss.Bound == TimeSpan.FromSeconds(10) && loss.ToString().Contains(loss.GetType().Name));
    }

    [Fact]
    public void The_evidence_decides_the_diagnosis_as_it_does_in_the_library()
    {
        Losses.PeerGaveUp(evidence: new LossEvidence { LongestOwnPause = TimeSpan.FromSeconds(9) }).Diagnosis.Should().Be(LossDiagnosis.WePaused);
        Losses.NetworkUnreachable().Diagnosis.Should().Be(LossDiagnosis.LocalNetworkDown);
        Losses.NetworkUnreachable(evidence: new LossEvidence { SocketError = SocketError.HostUnreachable }).Diagnosis.Should().Be(LossDiagnosis.PeerHostOrPathDead);
        Losses.KeepAliveTimedOut().Diagnosis.Should().Be(LossDiagnosis.PeerHostOrPathDead);
        TcpInfoSnapshot closedWindow = new() { UnacknowledgedSegments = 0, UnsentBytes = 1, PeerWindowBytes = 0, UnansweredProbes = 0 };
        Losses.KeepAliveTimedOut(evidence: new LossEvidence { Kernel = closedWindow }).Diagnosis.Should().Be(LossDiagnosis.PeerNotReading);
        Losses.PeerGaveUp().Diagnosis.Should().Be(LossDiagnosis.PeerGaveUp);
        Losses.HeartbeatTimedOut(evidence: new LossEvidence { Kernel = default(TcpInfoSnapshot), AcknowledgedInSilenceBytes = 5 }).Diagnosis.Should().Be(LossDiagnosis.PeerUnresponsive);
    }

    [Fact]
    public void A_handler_of_mine_can_be_tested_without_a_network()
    {
        List<string> reconnects = [];
        void Handle(ConnectionLoss loss) => reconnects.Add(loss is HeartbeatTimedOut { MissedBeats: > 2 } ? "at once" : "later");

        Handle(Losses.HeartbeatTimedOut(silence: TimeSpan.FromSeconds(3), missedBeats: 3));
        Handle(Losses.ConnectionReset());

        reconnects.Should().Equal("at once", "later");
    }
}
