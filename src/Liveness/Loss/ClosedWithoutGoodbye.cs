namespace Liveness;

/// <summary>The peer's end of the stream came without the goodbye that an orderly close sends.</summary>
public sealed class ClosedWithoutGoodbye : ConnectionLoss
{
    internal ClosedWithoutGoodbye(LossObservation observation, DateTimeOffset detectedAt)
        : base(observation, detectedAt)
    {
    }

    /// <summary>"closed_without_goodbye".</summary>
    public override string ErrorType => "closed_without_goodbye";

    private protected override string Describe() => $"the stream ended without a goodbye; {LastHeardText}";
}
