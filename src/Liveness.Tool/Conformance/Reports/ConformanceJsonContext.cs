using System.Text.Json.Serialization;

namespace Liveness.Tool.Conformance;

/// <summary>How <see cref="JsonForm"/> is written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JsonForm))]
internal sealed partial class ConformanceJsonContext : JsonSerializerContext;
