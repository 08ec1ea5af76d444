namespace Liveness.Presence.AspNetCore;

/// <summary>What a check has found.</summary>
/// <param name="Trouble">What is wrong, for a person; null = nothing.</param>
/// <param name="Well">What is to be said if nothing is wrong.</param>
/// <param name="Data">Of the report.</param>
internal sealed record PresenceHealth(string? Trouble, string Well, IReadOnlyDictionary<string, object> Data);
