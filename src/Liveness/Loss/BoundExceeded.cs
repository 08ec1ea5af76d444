namespace Liveness;

/// <summary>The peer slowed down in the middle of the connection, so that its loss would be told later than
/// <see cref="HeartbeatOptions.DetectWithin"/> says, and <see cref="HeartbeatOptions.RequireBound"/> is set. It lives, and is told
/// (<see cref="GoodbyeCode.Refused"/>).</summary>
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
