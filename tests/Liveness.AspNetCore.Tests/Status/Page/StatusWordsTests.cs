using Liveness.Testing;

namespace Liveness.AspNetCore.Tests.Status.Page;

/// <summary>Names of the code as people read them.</summary>
public sealed class StatusWordsTests
{
    [Theory]
    [InlineData("PeerHostOrPathDead", "Peer host or path dead")]
    [InlineData("Alive", "Alive")]
    [InlineData("InBand", "In-band")]
    [InlineData("WriteStuck, SideDown", "Write stuck, side down")]
    public void A_name_is_written_in_words(string name, string words) => StatusWords.Of(name).Should().Be(words);

    [Fact]
    public void The_type_of_a_loss_is_known_by_its_error_type()
    {
        ConnectionLoss[] losses =
        [
            Losses.HeartbeatTimedOut(), Losses.OutboundDead(), Losses.ConnectionReset(), Losses.KeepAliveTimedOut(), Losses.NetworkUnreachable(),
            Losses.ClosedWithoutGoodbye(), Losses.PeerGaveUp(), Losses.HandshakeFailed(), Losses.BoundExceeded(), Losses.PeerNotLiveness(),
            Losses.ProtocolViolated(), Losses.TransportFailed(), Losses.CloseTimedOut(),
        ];

        losses.Select(loss => StatusWords.TypeOf(loss.ErrorType)).Should().Equal(losses.Select(loss => loss.GetType().Name));
    }
}
