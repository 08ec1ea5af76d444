namespace Liveness.Presence;

/// <summary>
/// One view over all processes ("gateways") that share a presence store: which device is connected where, since when, and why its last
/// connection was lost. A device is known by the own id of its connection (<see cref="LivenessConnection.OwnId"/>), its key.
/// </summary>
/// <remarks>
/// <para>Every call asks the store, so an answer is as new as the store. You can use all members from any thread.</para>
/// <para>A key stands for one connection at a time: where a device is connected twice, the newer connection counts.</para>
/// </remarks>
/// <example>
/// <code>
/// PresenceEntry? meter = await presence.FindAsync("meter 4711");
/// Console.WriteLine(meter is null ? "never seen" : $"{meter.Status} at {meter.Gateway} since {meter.Since:u}");
/// </code>
/// </example>
public interface IPresence
{
    /// <summary>Looks for one device.</summary>
    /// <param name="key">The own id of its connection.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>What is known of the device; null if nothing is, because it was never seen or was forgotten.</returns>
    /// <exception cref="ArgumentException"><paramref name="key"/> has no or more than 128 characters.</exception>
    /// <exception cref="PresenceStoreException">The store doesn't answer, or refuses; the message says why.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<PresenceEntry?> FindAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>
    /// Lists the devices that are connected, gateway by gateway, and those whose gateway is silent. Disconnected devices are not listed.
    /// </summary>
    /// <remarks>It reads the store page by page while you enumerate, so devices that come and go meanwhile may be missing, and one that
    /// moves may be listed twice. <see cref="PresenceEntry.LastLoss"/> is null in a list.</remarks>
    /// <param name="filter">What is listed; null, the default, means everything.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <exception cref="PresenceStoreException">The store doesn't answer, or refuses; the message says why.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    IAsyncEnumerable<PresenceEntry> ListAsync(PresenceFilter? filter = null, CancellationToken cancellationToken = default);

    /// <summary>Watches for changes, from the begin of the enumeration on. The sequence never ends by itself.</summary>
    /// <remarks>
    /// <para>Begin to enumerate, then list: so you miss nothing. Each change carries what the store says of the device when the change is
    /// read; several changes of one device within a poll are one.</para>
    /// <para>A watcher that falls behind by more than 4,096 changes of a gateway is told so by
    /// <see cref="PresenceChangeKind.Missed"/>, and lists that gateway anew. While the store doesn't answer, nothing comes; afterwards the
    /// watching goes on.</para>
    /// </remarks>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <exception cref="PresenceStoreException">The store doesn't answer the first question, or refuses it; the message says
    /// why.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    IAsyncEnumerable<PresenceChange> WatchAsync(CancellationToken cancellationToken = default);

    /// <summary>Lists the gateways that have registered and were not forgotten, in ordinal order.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="PresenceStoreException">The store doesn't answer, or refuses; the message says why.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<IReadOnlyList<GatewayPresence>> GatewaysAsync(CancellationToken cancellationToken = default);

    /// <summary>Says in a few lines what the settings promise and what they cost: the bounds and what they are made of, and the commands a
    /// minute.</summary>
    string Explain();
}
