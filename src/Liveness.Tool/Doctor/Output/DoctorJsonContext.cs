using System.Text.Json.Serialization;

namespace Liveness.Tool.Doctor;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SurveyJson))]
internal sealed partial class DoctorJsonContext : JsonSerializerContext;
