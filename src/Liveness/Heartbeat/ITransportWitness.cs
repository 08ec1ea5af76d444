namespace Liveness;

/// <summary>Asked only when a silence is being judged: never on the hot path.</summary>
internal interface ITransportWitness
{
    /// <summary>Must not block and must not throw: what can't be read is null.</summary>
    WitnessReading Read();
}
