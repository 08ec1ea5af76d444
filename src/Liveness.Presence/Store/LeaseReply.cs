namespace Liveness.Presence;

/// <summary>The answer to a <see cref="LeaseRequest"/>.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Epoch">Whose lease it is: the gateway's own, which may be a new one, or that of the other run.</param>
/// <param name="StoreTime">In milliseconds.</param>
/// <param name="Stored">The mark of the own part; null = the store has none.</param>
/// <param name="Remaining">How long the other run's lease lasts; zero = the lease is the gateway's own.</param>
internal sealed record LeaseReply(LeaseOutcome Outcome, string Epoch, long StoreTime, VersionMark? Stored, TimeSpan Remaining);
