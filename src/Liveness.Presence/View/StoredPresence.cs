using System.Runtime.CompilerServices;

namespace Liveness.Presence;

/// <summary>Answers from a store.</summary>
/// <param name="store">Asked for every answer.</param>
/// <param name="settings">The ones in force.</param>
/// <param name="timeProvider">For the pauses of watchers.</param>
/// <param name="log">Told of what a watcher meets.</param>
internal sealed class StoredPresence(
    IPresenceStore store, Func<PresenceSettings> settings, TimeProvider timeProvider, PresenceLogger log) : IPresence
{
    private const int LongestKey = 128;

    /// <summary>Hints come for every batch of every gateway.</summary>
    private static readonly TimeSpan s_leastPause = TimeSpan.FromMilliseconds(20);

    public async Task<PresenceEntry?> FindAsync(string key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Length is 0 or > LongestKey)
        {
            throw new ArgumentException($"The key has {key.Length} characters. An own id has 1 to {LongestKey}.", nameof(key));
        }

        return FleetRules.Judge((await store.FindAsync([key]).WaitAsync(cancellationToken).ConfigureAwait(false))[0]);
    }

    public async Task<IReadOnlyList<GatewayPresence>> GatewaysAsync(CancellationToken cancellationToken = default)
    {
        FleetRows rows = await store.GatewaysAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        return [.. InOrder(rows).Select(row => FleetRules.Describe(row, rows.StoreTime))];
    }

    public async IAsyncEnumerable<PresenceEntry> ListAsync(
        PresenceFilter? filter = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        filter ??= new PresenceFilter();
        FleetRows rows = await store.GatewaysAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        foreach (GatewayRow row in InOrder(rows).Where(row => filter.Gateway is null || row.Gateway == filter.Gateway))
        {
            GatewayStatus status = FleetRules.StatusOf(row);
            if (status == GatewayStatus.Silent && !filter.IncludeSilent)
            {
                continue;
            }

            await foreach (IReadOnlyList<ListedRow> page in store.ListAsync(row.Part, cancellationToken).ConfigureAwait(false))
            {
                foreach (ListedRow listed in page.Where(one => Fits(one, filter)))
                {
                    if (FleetRules.Judge(listed, row.Part, status) is { } entry)
                    {
                        yield return entry;
                    }
                }
            }
        }
    }

    public async IAsyncEnumerable<PresenceChange> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        WatchView view = new();
        using SemaphoreSlim hints = new(0);
        view.OnGateways(await store.GatewaysAsync().WaitAsync(cancellationToken).ConfigureAwait(false), []);
        Task<IDisposable> subscribing = store.SubscribeAsync(() => Release(hints));
        using IDisposable subscription = await subscribing.WaitAsync(cancellationToken).ConfigureAwait(false);
        while (true)
        {
            await PauseAsync(hints, cancellationToken).ConfigureAwait(false);
            foreach (PresenceChange change in await PollAsync(view, cancellationToken).ConfigureAwait(false))
            {
                yield return change;
            }
        }
    }

    public string Explain() => PresenceText.Explain(settings(), store);

    private async Task<IReadOnlyList<PresenceChange>> PollAsync(WatchView view, CancellationToken cancellationToken)
    {
        List<PresenceChange> changes = [];
        Dictionary<string, string> changed = new(StringComparer.Ordinal);
        try
        {
            FleetRows rows = await store.GatewaysAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            foreach ((PartId part, long after) in view.OnGateways(rows, changes))
            {
                view.OnLog(
                    part, await store.ReadLogAsync(part, after).WaitAsync(cancellationToken).ConfigureAwait(false), changes, changed);
            }

            string[] keys = [.. changed.Keys];
            foreach (KeyRow row in keys.Length == 0 ? [] : await store.FindAsync(keys).WaitAsync(cancellationToken).ConfigureAwait(false))
            {
                PresenceEntry entry = FleetRules.Judge(row)
                    ?? new PresenceEntry(row.Key, PresenceStatus.Disconnected, null, null, null, null, null, null);
                changes.Add(new PresenceChange(PresenceChangeKind.Device, changed[row.Key], entry));
            }

            log.WatcherHears();
        }
        catch (PresenceStoreException failure)
        {
            // The next poll reads what this one has not: but for the keys that it has read, and could not look at.
            changes.AddRange(changed.Values.Distinct(StringComparer.Ordinal)
                .Select(static gateway => new PresenceChange(PresenceChangeKind.Missed, gateway, null)));
            log.WatcherHearsNothing(failure);
        }

        return changes;
    }

    /// <summary>Until a hint, or until the next poll is due.</summary>
    private async Task PauseAsync(SemaphoreSlim hints, CancellationToken cancellationToken)
    {
        await Task.Delay(s_leastPause, timeProvider, cancellationToken).ConfigureAwait(false);
        TimeSpan rest = settings().Poll - s_leastPause;
        using CancellationTokenSource waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(hints.WaitAsync(waiting.Token), Task.Delay(rest, timeProvider, waiting.Token)).ConfigureAwait(false);
        await waiting.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        while (hints.CurrentCount > 0)
        {
            await hints.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static void Release(SemaphoreSlim hints)
    {
        try
        {
            if (hints.CurrentCount == 0)
            {
                hints.Release();
            }
        }
        catch (ObjectDisposedException failure)
        {
            // The watcher has gone meanwhile.
            System.Diagnostics.Debug.WriteLine(failure.Message);
        }
    }

    private static IEnumerable<GatewayRow> InOrder(FleetRows rows) =>
        rows.Gateways.OrderBy(static row => row.Gateway, StringComparer.Ordinal);

    private static bool Fits(ListedRow row, PresenceFilter filter) =>
        (filter.Name is null || row.Entry.Name == filter.Name)
        && (filter.KeyPrefix is null || row.Key.StartsWith(filter.KeyPrefix, StringComparison.Ordinal));
}
