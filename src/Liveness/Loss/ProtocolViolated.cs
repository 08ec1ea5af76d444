namespace Liveness;

/// <summary>The peer sent what the protocol forbids.</summary>
public sealed class ProtocolViolated : ConnectionLoss
{
    private readonly string _words;

    internal ProtocolViolated(LossObservation observation, DateTimeOffset detectedAt)
        : base(observation, detectedAt)
    {
        (Rule, string words) = ProtocolRuleText.Of(observation.Rule);
        _words = observation.Detail ?? words;
    }

    /// <summary>The broken rule by its stable snake_case name in PROTOCOL.md, for example "data_beyond_credit".</summary>
    public string Rule { get; }

    /// <summary>"protocol_violated".</summary>
    public override string ErrorType => "protocol_violated";

    private protected override string Describe() => $"the peer broke rule {Rule}: {_words}";
}
