using System.Text.Json.Serialization;

namespace Liveness.Tool.Advise;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(StatusDocument))]
[JsonSerializable(typeof(AdviceDocument))]
internal sealed partial class AdviseJsonContext : JsonSerializerContext;
