namespace Liveness;

/// <summary>The two ends did not come to terms: the peer did not introduce itself within <see cref="HeartbeatOptions.HandshakeTimeout"/>,
/// ended the connection before it did, speaks no version that we speak, or beats too slowly for
/// <see cref="HeartbeatOptions.RequireBound"/>.</summary>
public sealed class HandshakeFailed : ConnectionLoss
{
    private readonly string _detail;

    internal HandshakeFailed(LossObservation observation, DateTimeOffset detectedAt)
        : base(observation, detectedAt)
    {
        _detail = observation.Detail ?? "the peer has not started Liveness yet, or is none";
    }

    /// <summary>"handshake_failed".</summary>
    public override string ErrorType => "handshake_failed";

    private protected override string Describe() => _detail;
}
