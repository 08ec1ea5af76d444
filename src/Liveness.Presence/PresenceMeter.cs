namespace Liveness.Presence;

/// <summary>The names under which presence measures (System.Diagnostics.Metrics): part of the contract, never changed.</summary>
/// <remarks>Listen by name: <c>AddMeter(PresenceMeter.Name)</c> in OpenTelemetry. No tag ever carries a key, an address or the name of a
/// gateway.</remarks>
public static class PresenceMeter
{
    /// <summary>The name of the meter.</summary>
    public const string Name = "Liveness.Presence";

    /// <summary>Gauge, {connection}: connections of this process that have a key and belong into the store.</summary>
    public const string Connections = "liveness.presence.connections";

    /// <summary>Gauge, {change}: changes of this process that the store doesn't have yet. It grows while the store is away.</summary>
    public const string PendingChanges = "liveness.presence.pending_changes";

    /// <summary>Counter, {change}: changes that the store has taken.</summary>
    public const string WrittenChanges = "liveness.presence.written_changes";

    /// <summary>Histogram, seconds: how long the store took to answer a step of this process: a renewal of the lease, or a batch of
    /// changes.</summary>
    public const string StoreDuration = "liveness.presence.store.duration";

    /// <summary>Counter, {failure}: steps of this process that the store did not answer, or refused.</summary>
    public const string StoreFailures = "liveness.presence.store.failures";

    /// <summary>Counter, {resync}: how often this process has begun to write its part of the store anew.</summary>
    public const string Resyncs = "liveness.presence.resyncs";
}
