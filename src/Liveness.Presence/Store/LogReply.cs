namespace Liveness.Presence;

/// <summary>The keys that have changed in a part.</summary>
/// <param name="Version">Until which these are all.</param>
/// <param name="Keys">Null = more than the store keeps, or not all of them were named.</param>
internal sealed record LogReply(long Version, IReadOnlyList<string>? Keys);
