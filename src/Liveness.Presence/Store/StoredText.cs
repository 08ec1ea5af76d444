using System.Text.Json;
using System.Text.Json.Serialization;

namespace Liveness.Presence;

/// <summary>Entries and losses as the store holds them: small JSON objects that others may read.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EntryData))]
[JsonSerializable(typeof(LossData))]
internal sealed partial class StoredText : JsonSerializerContext
{
    public static string Of(EntryData entry) => JsonSerializer.Serialize(entry, Default.EntryData);

    public static string Of(LossData loss) => JsonSerializer.Serialize(loss, Default.LossData);

    /// <returns>Null = there is none, or somebody else has written it.</returns>
    public static EntryData? ReadEntry(string? text)
    {
        EntryData? entry = Read(text, static json => JsonSerializer.Deserialize(json, Default.EntryData));
        return entry is { Name: not null, Remote: not null } ? entry : null;
    }

    /// <inheritdoc cref="ReadEntry"/>
    public static LossData? ReadLoss(string? text)
    {
        LossData? loss = Read(text, static json => JsonSerializer.Deserialize(json, Default.LossData));
        return loss is { Type: not null, Diagnosis: not null, Gateway: not null } ? loss : null;
    }

    private static T? Read<T>(string? text, Func<string, T?> parse)
        where T : class
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        try
        {
            return parse(text);
        }
        catch (JsonException)
        {
            // Whoever reads it tells of it: see the callers.
            return null;
        }
    }
}
