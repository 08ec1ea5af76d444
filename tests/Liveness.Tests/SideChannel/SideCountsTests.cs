using Liveness.KeepAlive;
using Liveness.SideChannel;

namespace Liveness.Tests;

public sealed class SideCountsTests
{
    [Theory]
    [InlineData(1000, 600, 500, 500, 600, LossDiagnosis.PathDeadOutbound, "the peer lacks what we sent")]
    [InlineData(1000, 600, 500, 900, 600, LossDiagnosis.PathDeadOutbound, "both ways")]
    [InlineData(1000, 600, 500, 500, 1000, LossDiagnosis.PathDeadInbound, "it has all, and its acknowledgements don't come")]
    [InlineData(1000, 1000, 500, 900, 1000, LossDiagnosis.PathDeadInbound, "we lack what the peer sent")]
    [InlineData(1000, 1000, 500, 500, 1000, LossDiagnosis.Unknown, "idle")]
    [InlineData(1000, 1001, 500, 500, 1000, LossDiagnosis.Unknown, "the SYN counts as acknowledged at the connecting end")]
    public void Both_kernels_counts_tell_the_direction(long sent, long acknowledged, long received, ulong peerSent, ulong peerReceived, LossDiagnosis direction, string what)
    {
        TcpInfoSnapshot own = new() { BytesSent = sent + 50, BytesRetransmitted = 50, BytesAcknowledged = acknowledged, BytesReceived = received };

        SideCounts.DeadDirection(own, own.BytesSent - (own.BytesRetransmitted ?? 0), new AnswerMessage(1, SideAnswer.Watched, peerReceived, peerSent)).Should().Be(direction, what);
    }

    [Fact]
    public void What_is_not_known_decides_nothing()
    {
        TcpInfoSnapshot own = new() { BytesSent = 5, BytesAcknowledged = 0, BytesReceived = 0 };

        SideCounts.DeadDirection(own, own.BytesSent, new AnswerMessage(1, SideAnswer.NotYours, AnswerMessage.Unknown, AnswerMessage.Unknown)).Should().Be(LossDiagnosis.Unknown);
        SideCounts.DeadDirection(default, null, new AnswerMessage(1, SideAnswer.Watched, 5, 5)).Should().Be(LossDiagnosis.Unknown);
    }
}
