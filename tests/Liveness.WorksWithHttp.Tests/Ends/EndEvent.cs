using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Liveness.WorksWithHttp.Tests.Ends;

internal enum EndEventKind
{
    /// <summary>The process has started, and takes commands.</summary>
    Ready,

    /// <summary>The subject is connected, and has been used once.</summary>
    Opened,

    /// <summary>All subjects of the process are.</summary>
    AllOpened,

    /// <summary>A monitor told of a loss.</summary>
    Lost,

    /// <summary>The client library itself told: what waited, or the next use, failed.</summary>
    Failed,

    /// <summary>Used once more, with success.</summary>
    Used,

    /// <summary>A command could not be carried out.</summary>
    Broken,
}

/// <summary>Something that happened at one end: a line of its standard output.</summary>
/// <param name="Kind">What it was.</param>
/// <param name="Subject">To whom; empty = to the process.</param>
internal sealed record EndEvent(EndEventKind Kind, string Subject = "")
{
    private static readonly JsonSerializerOptions s_json = new() { Converters = { new JsonStringEnumConverter() } };

    /// <summary>When, by <see cref="Stopwatch"/>: it counts alike in all processes and namespaces of a machine.</summary>
    public long At { get; init; } = Stopwatch.GetTimestamp();

    public string? Text { get; init; }

    /// <summary>Of the attached connection, where there is one.</summary>
    public long? Connection { get; init; }

    /// <summary>Time in which that process could not run, or was excused, before the loss.</summary>
    public TimeSpan? Pauses { get; init; }

    /// <returns>Null = some other line, of a program that talks.</returns>
    public static EndEvent? TryParse(string line) => line.StartsWith('{') ? JsonSerializer.Deserialize<EndEvent>(line, s_json) : null;

    public string ToLine() => JsonSerializer.Serialize(this, s_json);
}
