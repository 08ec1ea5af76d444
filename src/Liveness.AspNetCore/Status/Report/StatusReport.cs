using System.Text.Json.Serialization;

namespace Liveness.AspNetCore;

/// <summary>What the page shows, as JSON shows it: times in seconds, null = not known or not limited.</summary>
internal sealed record StatusReport(
    int Version,
    string Title,
    string Application,
    DateTimeOffset GeneratedAt,
    double RefreshSeconds,
    StatusCounts Counts,
    StatusTotals LossTotals,
    IReadOnlyList<StatusMinute> LastHour,
    IReadOnlyList<StatusConnection> Connections,
    int ConnectionsMatching,
    int ConnectionsNotShown,
    IReadOnlyList<StatusLossGroup> LossGroups,
    IReadOnlyList<StatusLoss> Losses,
    int LossesMatching,
    int LossesNotShown,
    IReadOnlyList<StatusAdvice> Advice)
{
    /// <summary>Of the JSON. A later one may add properties under the same number.</summary>
    public const int CurrentVersion = 1;

    /// <summary>What was asked for, with pages that exist.</summary>
    [JsonIgnore]
    public StatusQuery Query { get; init; } = StatusQuery.All;

    /// <summary>Where losses are shown in groups: what is shown, newest first.</summary>
    [JsonIgnore]
    public IReadOnlyList<StatusLossItem> LossItems { get; init; } = [];

    [JsonIgnore]
    public StatusPaging ConnectionPaging { get; init; }

    [JsonIgnore]
    public StatusPaging LossPaging { get; init; }
}
