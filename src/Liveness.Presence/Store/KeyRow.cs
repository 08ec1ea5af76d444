namespace Liveness.Presence;

/// <summary>What the store says of one key.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Pointer">To its newest connection; null = none is known.</param>
/// <param name="Gateway">Of the pointer; null = it is not registered.</param>
/// <param name="Entry">In the part that the pointer leads to; null = there is none.</param>
/// <param name="Loss">Its last one; null = none is known.</param>
internal sealed record KeyRow(string Key, Pointer? Pointer, GatewayRow? Gateway, EntryData? Entry, LossData? Loss);
