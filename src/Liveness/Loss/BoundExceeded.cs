namespace Liveness;

/// <summary>The peer slowed its beats down during the connection, so that a loss would be reported later than
/// <see cref="HeartbeatOptions.DetectWithin"/>, and <see cref="HeartbeatOptions.RequireBound"/> is set. The peer lives, and receives a
/// goodbye with the code <see cref="GoodbyeCode.Refused"/>.</summary>
public sealed class BoundExceeded : ConnectionLoss
{
    private readonly string _detail;

    internal BoundExceeded(LossObservation observation, DateTimeOffset detectedAt)
        : base(observation, detectedAt)
    {
        _detail = observation.Detail ?? "the peer has slowed down, and RequireBound is set";
    }

    /// <summary>"bound_exceeded".</summary>
    public override string ErrorType => "bound_exceeded";

    private protected override string Describe() => _detail;
}
