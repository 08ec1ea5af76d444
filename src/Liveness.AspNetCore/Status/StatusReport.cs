namespace Liveness.AspNetCore;

/// <summary>What the page shows, as JSON shows it: times in seconds, null = not known or not limited.</summary>
internal sealed record StatusReport(
    string Title,
    string Application,
    DateTimeOffset GeneratedAt,
    double RefreshSeconds,
    StatusCounts Counts,
    IReadOnlyList<StatusConnection> Connections,
    int ConnectionsNotShown,
    IReadOnlyList<StatusLoss> Losses,
    int LossesNotShown);
