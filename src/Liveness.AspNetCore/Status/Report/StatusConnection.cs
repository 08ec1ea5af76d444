namespace Liveness.AspNetCore;

/// <summary>A live connection.</summary>
internal sealed record StatusConnection(
    long Id,
    string Name,
    string Description,
    string? OwnId,
    string Mode,
    string State,
    IReadOnlyList<string> Conditions,
    DateTimeOffset AttachedAt,
    double AgeSeconds,
    double? SilenceSeconds,
    double? BoundSeconds,
    double? RoundTripSeconds,
    IReadOnlyList<double> RoundTripHistorySeconds,
    string? IncidentId);
