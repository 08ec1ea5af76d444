using System.Diagnostics;
using System.Text.Json;
using Liveness;

namespace CableLab;

/// <summary>Something that happened at one end.</summary>
/// <param name="Timestamp">Of <see cref="Stopwatch"/>, which counts alike in all processes of a machine.</param>
/// <param name="Kind">What it was.</param>
/// <param name="Text">For the timeline; may have several lines, or none.</param>
/// <param name="Detail">See the kind.</param>
/// <param name="IncidentId">Of a loss.</param>
/// <param name="LongestPause">Of a loss: the longest time in which the process itself could not run.</param>
/// <param name="PausesInSilence">Of a loss: all such time that the silence did not count.</param>
/// <param name="LastByteAt">When this end's kernel got its last byte, by <see cref="Stopwatch"/>; 0 = not asked, or it does not
/// tell.</param>
/// <param name="Diagnosis">Of a loss.</param>
/// <param name="Certainty">Of the diagnosis.</param>
public sealed record EndEvent(
    long Timestamp,
    EndEventKind Kind,
    string Text,
    string? Detail = null,
    string? IncidentId = null,
    TimeSpan LongestPause = default,
    TimeSpan PausesInSilence = default,
    long LastByteAt = 0,
    LossDiagnosis Diagnosis = default,
    LossCertainty Certainty = default)
{
    public static EndEvent Now(EndEventKind kind, string text, string? detail = null) => new(Stopwatch.GetTimestamp(), kind, text, detail);

    public static EndEvent? FromLine(string line) => JsonSerializer.Deserialize<EndEvent>(line);

    public string ToLine() => JsonSerializer.Serialize(this);
}
