namespace Liveness.AspNetCore;

/// <summary>What <see cref="BoundAdvice"/> says of the live connections of one name and mode.</summary>
internal sealed record StatusAdvice(
    string Name,
    string Mode,
    double? BoundSeconds,
    double DetectWithinSeconds,
    double AtMostOneInSeconds,
    double LeastBoundSeconds,
    double WatchedSeconds,
    long LossesBySilence,
    IReadOnlyList<StatusShorterBound> Shorter);
