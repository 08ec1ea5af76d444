namespace Liveness;

/// <summary>The history of all losses of a factory: their number since it was made, and a summary of the newest ones.</summary>
/// <remarks>A copy of one moment; immutable. The memory behind it is bounded: a factory keeps about 4 MB after 10,000 losses,
/// and some MB more where all their descriptions and own ids are long.</remarks>
public sealed class LossHistory
{
    internal LossHistory(DateTimeOffset? since, IReadOnlyDictionary<LossDiagnosis, long> counts, IReadOnlyList<LossSummary> newest)
    {
        Since = since;
        CountsByDiagnosis = counts;
        Newest = newest;
        Count = counts.Values.Sum();
    }

    /// <summary>The time from which the losses are counted, by the wall clock, for display only.</summary>
    /// <value>Null means that the factory doesn't count its losses, and this history comes from its
    /// <see cref="ILivenessFactory.RecentLosses"/>.</value>
    public DateTimeOffset? Since { get; }

    /// <summary>The number of losses since then.</summary>
    public long Count { get; }

    /// <summary>The number of losses of each diagnosis since then. A diagnosis that has not occurred is absent.</summary>
    public IReadOnlyDictionary<LossDiagnosis, long> CountsByDiagnosis { get; }

    /// <summary>The newest losses of all names, at most 10,000, with the newest first. The newest 100 of them are
    /// <see cref="RecordedLoss"/>, with their evidence.</summary>
    public IReadOnlyList<LossSummary> Newest { get; }

    /// <summary>Of a factory that keeps no history.</summary>
    internal static LossHistory Of(IReadOnlyList<RecordedLoss> losses) => new(
        since: null,
        losses.GroupBy(static loss => loss.Diagnosis).ToDictionary(static same => same.Key, static same => same.LongCount()),
        losses);
}
