using Liveness.Testing;

namespace Liveness.Tests.Testing;

public sealed class LossesTests
{
    [Fact]
    public void Every_kind_that_in_band_can_produce_is_ready_made()
    {
        ConnectionLoss[] losses =
        [
            Losses.HeartbeatTimedOut(), Losses.OutboundDead(), Losses.ConnectionReset(), Losses.ClosedWithoutGoodbye(), Losses.PeerGaveUp(),
            Losses.HandshakeFailed(), Losses.PeerNotLiveness(), Losses.ProtocolViolated(), Losses.TransportFailed(),
        ];

        losses.Select(loss => loss.ErrorType).Should().OnlyHaveUniqueItems();
        losses.Should().OnlyContain(loss => loss.Bound == TimeSpan.FromSeconds(10) && loss.ToString().Contains(loss.GetType().Name));
    }

    [Fact]
    public void The_evidence_decides_the_diagnosis_as_it_does_in_the_library()
    {
        Losses.PeerGaveUp(evidence: new Evidence { LongestOwnPause = TimeSpan.FromSeconds(9) }).Diagnosis.Should().Be(Diagnosis.WePaused);
        Losses.PeerGaveUp().Diagnosis.Should().Be(Diagnosis.PeerGaveUp);
        Losses.HeartbeatTimedOut(evidence: new Evidence { Kernel = default(TcpInfoSnapshot), AcknowledgedInSilenceBytes = 5 }).Diagnosis.Should().Be(Diagnosis.PeerUnresponsive);
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
