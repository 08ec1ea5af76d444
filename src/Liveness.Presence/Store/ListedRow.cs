namespace Liveness.Presence;

/// <summary>One entry of a part.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Entry">What the part holds.</param>
/// <param name="Pointer">To the newest connection of the key; null = none is known.</param>
internal sealed record ListedRow(string Key, EntryData Entry, Pointer? Pointer);
