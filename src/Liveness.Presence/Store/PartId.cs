namespace Liveness.Presence;

/// <summary>The part of the store that one run of a gateway writes.</summary>
/// <param name="Gateway">Its name.</param>
/// <param name="Epoch">Of this run: see <see cref="Presence.Epoch"/>.</param>
internal readonly record struct PartId(string Gateway, string Epoch);
