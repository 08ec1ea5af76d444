namespace Liveness.Presence.Tests.Support;

/// <summary>A store that a test makes fail or hang.</summary>
internal sealed class MoodyStore(IPresenceStore inner) : IPresenceStore
{
    /// <summary>What every question fails with; null = it works.</summary>
    public Exception? Failure { get; set; }

    /// <summary>What every question waits for first.</summary>
    public Task Before { get; set; } = Task.CompletedTask;

    public int Batches { get; private set; }

    /// <summary>How often the name still throws when it is asked for.</summary>
    public int ThrowingNames { get; set; }

    /// <summary>How many questions were asked.</summary>
    public int Questions { get; private set; }

    /// <summary>How many of them looked at all gateways, or for keys.</summary>
    public int Lookings { get; private set; }

    public string Name => ThrowingNames-- > 0 ? throw new InvalidTimeZoneException("no name.") : "a moody store";

    public StoreCosts? Costs => new(10, 3, 1, 9, 7);

    public Task<LeaseReply> LeaseAsync(LeaseRequest request) => AskAsync(() => inner.LeaseAsync(request));

    public Task<WriteReply> WriteAsync(PartId part, WriteBatch batch)
    {
        Batches++;
        return AskAsync(() => inner.WriteAsync(part, batch));
    }

    public Task PurgeAsync(PartId part, Func<string, bool> isWanted) => AskAsync(() => Of(inner.PurgeAsync(part, isWanted)));

    public Task RemoveAsync(PartId part) => AskAsync(() => Of(inner.RemoveAsync(part)));

    public Task LeaveAsync(PartId part) => AskAsync(() => Of(inner.LeaveAsync(part)));

    public Task SweepAsync(int shard, SweepRules rules) => AskAsync(() => Of(inner.SweepAsync(shard, rules)));

    public Task ForgetAsync(GatewayRow row) => AskAsync(() => Of(inner.ForgetAsync(row)));

    public Task<FleetRows> GatewaysAsync()
    {
        Lookings++;
        return AskAsync(inner.GatewaysAsync);
    }

    public Task<IReadOnlyList<KeyRow>> FindAsync(IReadOnlyList<string> keys)
    {
        Lookings++;
        return AskAsync(() => inner.FindAsync(keys));
    }

    public IAsyncEnumerable<IReadOnlyList<ListedRow>> ListAsync(PartId part, CancellationToken cancellationToken) =>
        inner.ListAsync(part, cancellationToken);

    public Task<LogReply> ReadLogAsync(PartId part, long after) => AskAsync(() => inner.ReadLogAsync(part, after));

    public Task<IDisposable> SubscribeAsync(Action onHint) => AskAsync(() => inner.SubscribeAsync(onHint));

    private async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        Questions++;
        await Before;
        return Failure is null ? await ask() : throw Failure;
    }

    private static async Task<bool> Of(Task task)
    {
        await task;
        return true;
    }
}
