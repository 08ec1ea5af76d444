namespace Liveness.Presence;

/// <summary>One change that <see cref="IPresence.WatchAsync"/> has seen.</summary>
/// <param name="Kind">What has changed.</param>
/// <param name="Gateway">The gateway that has told of it.</param>
/// <param name="Entry">What is known of the device now, at whatever gateway; null if the change is about a gateway.</param>
public sealed record PresenceChange(PresenceChangeKind Kind, string Gateway, PresenceEntry? Entry);
