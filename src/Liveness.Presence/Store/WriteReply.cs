namespace Liveness.Presence;

/// <summary>The answer to a batch.</summary>
/// <param name="Before">The mark that the part had; null = the store had none. Another than was expected: the store has lost something.
/// </param>
/// <param name="Contested">The keys whose newest connection is elsewhere; the pointers lead there.</param>
internal sealed record WriteReply(VersionMark? Before, IReadOnlyCollection<string> Contested);
