namespace Liveness.Presence;

/// <summary>Where presence is kept. What it means is decided elsewhere: a store reads and writes, and joins what must be one.</summary>
/// <remarks>Every member may be called from any thread, and fails with <see cref="PresenceStoreException"/>, whatever the client of the
/// store throws. None waits for ever, but each may take seconds.</remarks>
internal interface IPresenceStore
{
    /// <summary>As logs and <see cref="IPresence.Explain"/> call it; without secrets.</summary>
    string Name { get; }

    /// <summary>What it costs at rest; null = nothing.</summary>
    StoreCosts? Costs { get; }

    /// <summary>
    /// Renews the lease if it is of that epoch; takes it if there is none; otherwise refuses. A lease that is taken is registered, and the
    /// part of the run before is removed first.
    /// </summary>
    Task<LeaseReply> LeaseAsync(LeaseRequest request);

    /// <summary>Writes entries, log, mark, pointers and losses as one.</summary>
    Task<WriteReply> WriteAsync(PartId part, WriteBatch batch);

    /// <summary>Removes the entries of a part that nobody wants, page by page.</summary>
    /// <param name="part">The gateway's own.</param>
    /// <param name="isWanted">Whether the gateway has that key.</param>
    Task PurgeAsync(PartId part, Func<string, bool> isWanted);

    /// <summary>Removes a part that belongs to nobody any more.</summary>
    Task RemoveAsync(PartId part);

    /// <summary>The gateway stops: its part, its registration and its lease are removed, if they are of that epoch.</summary>
    Task LeaveAsync(PartId part);

    /// <summary>Removes from one shard what is outdated.</summary>
    Task SweepAsync(int shard, SweepRules rules);

    /// <summary>Removes a registration whose gateway has not come back, unless that has changed meanwhile.</summary>
    Task ForgetAsync(GatewayRow row);

    Task<FleetRows> GatewaysAsync();

    /// <returns>One for each key, in their order.</returns>
    Task<IReadOnlyList<KeyRow>> FindAsync(IReadOnlyList<string> keys);

    /// <summary>The entries of a part, in pages.</summary>
    IAsyncEnumerable<IReadOnlyList<ListedRow>> ListAsync(PartId part, CancellationToken cancellationToken);

    /// <param name="part">Of a gateway.</param>
    /// <param name="after">The version that is known.</param>
    Task<LogReply> ReadLogAsync(PartId part, long after);

    /// <summary>Calls back, from any thread, when some part has changed. A hint: some changes are told by none.</summary>
    /// <returns>Ends that.</returns>
    Task<IDisposable> SubscribeAsync(Action onHint);
}
