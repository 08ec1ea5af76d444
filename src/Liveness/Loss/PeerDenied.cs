using Liveness.SideChannel;

namespace Liveness;

/// <summary>The peer's host answered on the side connection that this connection no longer exists there, or the peer said that it judged
/// this connection lost (<see cref="LossDiagnosis.PeerGaveUp"/>).</summary>
/// <remarks>
/// Raised for connections that a <see cref="SideChannelClient"/> watches, and only for one that the peer had confirmed before.
/// </remarks>
public sealed class PeerDenied : ConnectionLoss
{
    internal PeerDenied(LossObservation observation, DateTimeOffset detectedAt)
        : base(observation, detectedAt)
    {
    }

    /// <summary>"peer_denied".</summary>
    public override string ErrorType => "peer_denied";

    private protected override string Describe() => Diagnosis == LossDiagnosis.PeerGaveUp
        ? "the peer says that it judged this connection lost"
        : "the peer's host says that this connection no longer exists there";
}
