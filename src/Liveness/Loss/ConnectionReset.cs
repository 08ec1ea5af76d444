namespace Liveness;

/// <summary>The connection was reset: by the peer's kernel, by the peer that judged us lost, or by something in between.</summary>
public sealed class ConnectionReset : ConnectionLoss
{
    internal ConnectionReset(LossObservation observation, DateTimeOffset detectedAt)
        : base(observation, detectedAt)
    {
    }

    /// <summary>"connection_reset".</summary>
    public override string ErrorType => "connection_reset";

    private protected override string Describe() => $"the connection was reset; {LastHeardText}";
}
