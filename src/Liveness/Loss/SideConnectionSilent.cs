using Liveness.SideChannel;

namespace Liveness;

/// <summary>The side connection to the same host fell silent, and there was no sign of life on this connection either.</summary>
/// <remarks>It occurs on connections that a <see cref="SideChannelClient"/> or a <see cref="SideChannelListener"/> watches.</remarks>
public sealed class SideConnectionSilent : ConnectionLoss
{
    internal SideConnectionSilent(LossObservation observation, DateTimeOffset detectedAt)
        : base(observation, detectedAt)
    {
    }

    /// <summary>"side_connection_silent".</summary>
    public override string ErrorType => "side_connection_silent";

    private protected override string Describe() =>
        $"the side connection was silent for {SilenceText} (bound {BoundText}) and nothing else vouched for this one";
}
