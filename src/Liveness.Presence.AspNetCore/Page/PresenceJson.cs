using System.Text.Json.Serialization;

namespace Liveness.Presence.AspNetCore;

/// <summary>How a report is written as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(PresenceReport))]
internal sealed partial class PresenceJson : JsonSerializerContext;
