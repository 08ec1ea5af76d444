using System.Text.Json.Serialization;

namespace Liveness.Tool.IdleLimit;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IdleLimitDocument))]
internal sealed partial class IdleLimitJsonContext : JsonSerializerContext;
