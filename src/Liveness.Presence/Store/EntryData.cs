namespace Liveness.Presence;

/// <summary>What the store holds of one connection.</summary>
/// <param name="Since">The store's time of its attach, in milliseconds.</param>
/// <param name="Name">Of its settings.</param>
/// <param name="Remote">Its description.</param>
/// <param name="Bound">In milliseconds; null = silence has no limit.</param>
internal sealed record EntryData(long Since, string Name, string Remote, long? Bound);
