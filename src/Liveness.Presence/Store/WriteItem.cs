namespace Liveness.Presence;

/// <summary>What is to be written of one key.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Entry">Null = the entry is removed.</param>
/// <param name="Loss">Null = no new one.</param>
/// <param name="IsLogged">Watchers are told of it.</param>
internal sealed record WriteItem(string Key, EntryData? Entry, LossData? Loss, bool IsLogged);
