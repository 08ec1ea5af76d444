namespace Liveness.Tool.Advise;

/// <summary>What one process advises for its connections of one name and mode. The names are those of the status page's JSON.</summary>
/// <param name="BoundSeconds">In force; null = not told.</param>
/// <param name="LossesBySilence">Null = not told.</param>
/// <param name="Shorter">Empty = not told.</param>
internal sealed record NamedAdvice(
    string Name,
    string Mode,
    double? BoundSeconds,
    double DetectWithinSeconds,
    double AtMostOneInSeconds,
    double LeastBoundSeconds,
    double WatchedSeconds,
    long? LossesBySilence,
    IReadOnlyList<ShorterBound> Shorter)
{
    /// <summary>Living connections have needed more than the one in force.</summary>
    public bool IsTooShort => BoundSeconds < LeastBoundSeconds;
}
