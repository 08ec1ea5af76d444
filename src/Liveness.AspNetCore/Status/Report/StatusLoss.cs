using System.Text.Json.Serialization;

namespace Liveness.AspNetCore;

/// <summary>A loss, and what it rests on.</summary>
/// <param name="ConnectionId">As <see cref="LossSummary.ConnectionId"/>.</param>
/// <param name="Text">The loss in a sentence; null where the loss is kept in brief.</param>
/// <param name="Evidence">What was measured; null where the loss is kept in brief.</param>
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
    string? IncidentId,
    string? Text,
    [property: JsonConverter(typeof(StatusFactsConverter))] IReadOnlyList<StatusFact>? Evidence);
