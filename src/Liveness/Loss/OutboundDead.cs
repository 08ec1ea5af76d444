namespace Liveness;

/// <summary>
/// Bytes still arrive, but ours do not reach the peer: it says so itself, or none could be handed over for a whole bound.
/// </summary>
public sealed class OutboundDead : ConnectionLoss
{
    internal OutboundDead(LossObservation observation, DateTimeOffset detectedAt)
        : base(observation, detectedAt)
    {
    }

    /// <summary>"outbound_dead".</summary>
    public override string ErrorType => "outbound_dead";

    private protected override string Describe()
    {
        if (Evidence.WriteStuck == true)
        {
            return $"no heartbeat of ours could be handed over and nothing moved for the bound of {BoundText}";
        }

        string missed = Evidence.PeerHeardUsAgo is { } ago ? $" for {LossText.Duration(ago)}" : "";
        return $"the peer still sends, but says that it has heard nothing from us{missed} (bound {BoundText})";
    }
}
