using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Liveness.Benchmarks;

/// <summary>What one run of a benchmark writes for other programs.</summary>
/// <param name="Version">Of this format: <see cref="CurrentVersion"/>. Raised where a reader of the last one would misread it.</param>
/// <param name="Benchmark">The verb, with what changes its meaning.</param>
/// <param name="Taken">When it ended.</param>
/// <param name="Commit">Of the code; null = unknown.</param>
/// <param name="Machine">Where it ran.</param>
/// <param name="Rows">In the order in which they were printed.</param>
internal sealed record ResultDocument(
    int Version, string Benchmark, DateTimeOffset Taken, string? Commit, ResultMachine Machine, IReadOnlyList<ResultRow> Rows)
{
    public const int CurrentVersion = 1;

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
    };

    public string ToJson() => JsonSerializer.Serialize(this, s_json) + "\n";

    /// <exception cref="FormatException">It is none, or of another version.</exception>
    public static ResultDocument FromJson(string json)
    {
        try
        {
            ResultDocument? document = JsonSerializer.Deserialize<ResultDocument>(json, s_json);
            return document is { Version: CurrentVersion }
                ? document
                : throw new FormatException($"It is of version {document?.Version}, and this program reads version {CurrentVersion}.");
        }
        catch (JsonException failure)
        {
            throw new FormatException($"It is no result of a benchmark: {failure.Message}", failure);
        }
    }
}
