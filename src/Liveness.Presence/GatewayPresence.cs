namespace Liveness.Presence;

/// <summary>What is known of one gateway.</summary>
/// <param name="Gateway">Its name, <see cref="PresenceOptions.Gateway"/>.</param>
/// <param name="Status">Whether it renews its lease.</param>
/// <param name="RegisteredAt">When it registered, by the clock of the store.</param>
/// <param name="LastSeen">When it last renewed its lease, by the clock of the store; for a silent gateway within the last minute before its
/// silence.</param>
/// <param name="LeaseAge">How long ago that was.</param>
/// <param name="Connections">How many devices it said it had when it last renewed its lease; null if it is silent.</param>
public sealed record GatewayPresence(
    string Gateway, GatewayStatus Status, DateTimeOffset RegisteredAt, DateTimeOffset LastSeen, TimeSpan LeaseAge, int? Connections);
