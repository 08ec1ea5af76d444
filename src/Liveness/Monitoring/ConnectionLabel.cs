namespace Liveness;

/// <summary>What tells one connection from another in a log.</summary>
/// <param name="Remote">The description that it was attached with, else the remote address and port; null = unknown.</param>
/// <param name="Id">As <see cref="LivenessConnection.Id"/>; null where no factory attached it.</param>
/// <param name="Name">As configured; null = none.</param>
internal readonly record struct ConnectionLabel(string? Remote, long? Id, string? Name);
