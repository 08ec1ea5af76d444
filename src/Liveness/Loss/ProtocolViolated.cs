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

    /// <summary>
    /// What the rule allows there, with its unit, in plain words, for example "DATA up to offset 65536". Empty where it was not noted. Its
    /// wording may change.
    /// </summary>
    public string Expected => Evidence.ProtocolExpected ?? "";

    /// <summary>
    /// What came in its place, for example "DATA up to offset 65537". Empty where it was not noted. Never contains text of the peer; its
    /// wording may change.
    /// </summary>
    public string Seen => Evidence.ProtocolSeen ?? "";

    /// <summary>"protocol_violated".</summary>
    public override string ErrorType => "protocol_violated";

    private protected override string Describe()
    {
        string values = Expected.Length == 0 ? "" : $" (expected {Expected}, seen {Seen})";
        return $"the peer broke rule {Rule}: {_words}{values}";
    }
}
