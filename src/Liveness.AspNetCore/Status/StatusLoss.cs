namespace Liveness.AspNetCore;

/// <summary>A loss, and what it rests on.</summary>
internal sealed record StatusLoss(
    long ConnectionId,
    string Name,
    string Description,
    string? OwnId,
    string Mode,
    string Type,
    string ErrorType,
    string Diagnosis,
    string Certainty,
    DateTimeOffset DetectedAt,
    double AgeSeconds,
    double LastedSeconds,
    double SilenceSeconds,
    double? BoundSeconds,
    string Text,
    IReadOnlyList<StatusFact> Evidence);
