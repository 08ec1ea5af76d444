namespace Liveness;

/// <summary>What a factory remembers of all its losses: how many there were since it was made, and the newest of them in brief.</summary>
/// <remarks>A copy of one moment; immutable. The memory behind it is bounded: a factory keeps about 4 MB after 10,000 losses.</remarks>
public sealed class LossHistory
{
    internal LossHistory(DateTimeOffset? since, IReadOnlyDictionary<LossDiagnosis, long> counts, IReadOnlyList<LossSummary> newest)
    {
        Since = since;
        CountsByDiagnosis = counts;
        Newest = newest;
        Count = counts.Values.Sum();
    }

    /// <summary>Since when the losses are counted, by the wall clock: for display only.</summary>
    /// <value>Null = the factory does not count, and this is what its <see cref="ILivenessFactory.RecentLosses"/> tells.</value>
    public DateTimeOffset? Since { get; }

    /// <summary>How many losses there were since then.</summary>
    public long Count { get; }

    /// <summary>How many of each diagnosis there were since then. A diagnosis that never came is absent.</summary>
    public IReadOnlyDictionary<LossDiagnosis, long> CountsByDiagnosis { get; }

    /// <summary>The newest losses of all names, newest first; at most 10,000. The newest 100 of them are
    /// <see cref="RecordedLoss"/>, with their evidence.</summary>
    public IReadOnlyList<LossSummary> Newest { get; }

    /// <summary>Of a factory that keeps no history.</summary>
    internal static LossHistory Of(IReadOnlyList<RecordedLoss> losses) => new(
        since: null,
        losses.GroupBy(static loss => loss.Diagnosis).ToDictionary(static same => same.Key, static same => same.LongCount()),
        losses);
}
