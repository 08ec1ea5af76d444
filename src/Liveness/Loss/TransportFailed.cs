namespace Liveness;

/// <summary>The transport failed in a way that none of the other kinds describes, or our own reading of it did.</summary>
public sealed class TransportFailed : ConnectionLoss
{
    private readonly string? _detail;

    internal TransportFailed(LossObservation observation, DateTimeOffset detectedAt)
        : base(observation, detectedAt)
    {
        _detail = observation.Detail ?? (observation.Exception is { } exception ? ForeignCode.MessageOf(exception) : null);
    }

    /// <summary>"transport_failed".</summary>
    public override string ErrorType => "transport_failed";

    private protected override string Describe()
    {
        string detail = _detail is null ? "" : $": {_detail}";
        return $"the transport failed{detail}; {LastHeardText}";
    }
}
