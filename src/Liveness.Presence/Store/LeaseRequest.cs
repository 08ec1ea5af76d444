namespace Liveness.Presence;

/// <summary>A gateway asks for its lease, or renews it.</summary>
/// <param name="Gateway">Its name.</param>
/// <param name="Epoch">Of its run; null = a new one is to be made.</param>
/// <param name="Suffix">For a new epoch.</param>
/// <param name="Version">Of its part.</param>
/// <param name="Count">How many keys it has.</param>
/// <param name="Term">How long the lease lasts.</param>
/// <param name="PartTerm">How long the part outlives its last renewal.</param>
internal sealed record LeaseRequest(
    string Gateway, string? Epoch, string Suffix, long Version, int Count, TimeSpan Term, TimeSpan PartTerm);
