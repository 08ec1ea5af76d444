namespace Liveness;

/// <summary>A transport that can tell nothing, and that may hide completed reads.</summary>
internal sealed class NullTransportWitness : ITransportWitness
{
    public static readonly NullTransportWitness Instance = new();

    private NullTransportWitness()
    {
    }

    public WitnessReading Read() => new(null, HidesCompletedReads: true, ReadNotParsed: false);
}
