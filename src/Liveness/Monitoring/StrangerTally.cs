namespace Liveness;

/// <summary>What strangers have in common: in a memory that does not grow with them.</summary>
/// <param name="tell">Writes the line: how many, the reasons, the addresses.</param>
internal sealed class StrangerTally(Action<BurstCount, string, string> tell) : IBurstTally<Stranger>
{
    /// <summary>Of either kept.</summary>
    public const int Places = 32;

    private const int MostNamed = 5;

    private readonly FrequentTexts _reasons = new(Places);
    private readonly FrequentTexts _addresses = new(Places);

    /// <summary>How many texts are kept.</summary>
    public int Kept => _reasons.Count + _addresses.Count;

    /// <summary>Minute by minute.</summary>
    /// <param name="timeProvider">The clock; guarded.</param>
    /// <param name="tell">As of the tally.</param>
    public static BurstLog<Stranger> Log(TimeProvider timeProvider, Action<BurstCount, string, string> tell) =>
        new(BurstRule.Strangers, () => new StrangerTally(tell), timeProvider);

    public void Add(in Stranger one)
    {
        _reasons.Add(one.Reason);
        _addresses.Add(one.Address);
    }

    public void Tell(BurstCount summed) =>
        tell(summed, _reasons.Text(MostNamed), _addresses.Text(MostNamed));
}
