namespace Liveness;

/// <summary>
/// The first bytes of the peer are not of this protocol, or are our own: <see cref="LossEvidence.FirstBytes"/> keeps them.
/// </summary>
public sealed class PeerNotLiveness : ConnectionLoss
{
    private readonly string _detail;

    internal PeerNotLiveness(LossObservation observation, DateTimeOffset detectedAt)
        : base(observation, detectedAt)
    {
        _detail = observation.Detail ?? "the peer speaks another protocol";
    }

    /// <summary>"peer_not_liveness".</summary>
    public override string ErrorType => "peer_not_liveness";

    private protected override string Describe()
    {
        return Evidence.FirstBytes is { IsEmpty: false } bytes ? $"{_detail}, it began with {LossText.Quote(bytes.Span)}" : _detail;
    }
}
