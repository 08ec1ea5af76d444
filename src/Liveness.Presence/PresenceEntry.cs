namespace Liveness.Presence;

/// <summary>What is known of one device.</summary>
/// <param name="Key">The own id of its connection.</param>
/// <param name="Status">Whether it is connected.</param>
/// <param name="Gateway">The gateway of its newest connection; null if only a loss is known any more.</param>
/// <param name="Since">When its newest connection was attached, by the clock of the store; null if only a loss is known any more.</param>
/// <param name="Name">The name of the settings of its connection; null if it is disconnected.</param>
/// <param name="Remote">The description of its connection, by default the remote address and port; null if it is disconnected.</param>
/// <param name="Bound">Within which time its gateway notices a loss, when the connection was attached; null if it is disconnected or if
/// silence has no limit.</param>
/// <param name="LastLoss">Its last loss, which may be older than the connection; null if none is known, and in lists.</param>
public sealed record PresenceEntry(
    string Key,
    PresenceStatus Status,
    string? Gateway,
    DateTimeOffset? Since,
    string? Name,
    string? Remote,
    TimeSpan? Bound,
    PresenceLoss? LastLoss);
