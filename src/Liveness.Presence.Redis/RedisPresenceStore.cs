using System.Runtime.CompilerServices;
using StackExchange.Redis;

namespace Liveness.Presence.Redis;

/// <summary>Presence on a server that speaks Redis' protocol.</summary>
/// <param name="connection">To it.</param>
/// <param name="keys">Of the schema.</param>
/// <param name="onStrange">Told of a key that holds what no version of this library has written.</param>
internal sealed class RedisPresenceStore(RedisConnection connection, RedisKeys keys, Action<string> onStrange)
    : IPresenceStore, IAsyncDisposable, IDisposable
{
    private readonly RedisLeases _leases = new(keys);
    private readonly RedisWriter _writer = new(keys);
    private readonly RedisReader _reader = new(keys, onStrange);
    private readonly RedisSweeper _sweeper = new(keys);

    public string Name => $"Redis (prefix {keys.Prefix})";

    /// <summary>Counted by a test.</summary>
    public StoreCosts? Costs { get; } = new(Renewal: 14, Poll: 4, PollOfGateway: 1, Change: 12, Sweep: 7);

    public Task<LeaseReply> LeaseAsync(LeaseRequest request) => connection.AskAsync(database => _leases.LeaseAsync(database, request));

    public Task<WriteReply> WriteAsync(PartId part, WriteBatch batch) =>
        connection.AskAsync(database => _writer.WriteAsync(database, part, batch));

    public Task PurgeAsync(PartId part, Func<string, bool> isWanted) =>
        connection.AskAsync(database => _writer.PurgeAsync(database, part, isWanted));

    public Task RemoveAsync(PartId part) =>
        connection.AskAsync(database => (Task)database.KeyDeleteAsync([keys.Part(part), keys.Log(part)]));

    public Task LeaveAsync(PartId part) => connection.AskAsync(database => _leases.LeaveAsync(database, part));

    public Task SweepAsync(int shard, SweepRules rules) => connection.AskAsync(database => _sweeper.SweepAsync(database, shard, rules));

    public Task ForgetAsync(GatewayRow row) => connection.AskAsync(database => _leases.ForgetAsync(database, row));

    public Task<FleetRows> GatewaysAsync() => connection.AskAsync(_reader.GatewaysAsync);

    public Task<IReadOnlyList<KeyRow>> FindAsync(IReadOnlyList<string> keys) =>
        connection.AskAsync(database => _reader.FindAsync(database, keys));

    public async IAsyncEnumerable<IReadOnlyList<ListedRow>> ListAsync(
        PartId part, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IDatabase database = await connection.AskAsync(Task.FromResult, cancellationToken).ConfigureAwait(false);
        IAsyncEnumerator<IReadOnlyList<ListedRow>> pages =
            _reader.ListAsync(database, part, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (pages.ConfigureAwait(false))
        {
            while (await connection.AskAsync(_ => pages.MoveNextAsync().AsTask(), cancellationToken).ConfigureAwait(false))
            {
                yield return pages.Current;
            }
        }
    }

    public Task<LogReply> ReadLogAsync(PartId part, long after) =>
        connection.AskAsync(database => _reader.ReadLogAsync(database, part, after));

    public Task<IDisposable> SubscribeAsync(Action onHint) => connection.AskAsync<IDisposable>(async database =>
    {
        ISubscriber subscriber = database.Multiplexer.GetSubscriber();
        Action<RedisChannel, RedisValue> handler = (_, _) => onHint();
        await subscriber.SubscribeAsync(keys.Hints, handler).ConfigureAwait(false);
        return new Subscription(() => subscriber.Unsubscribe(keys.Hints, handler, CommandFlags.FireAndForget));
    });

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    /// <summary>For a container that is disposed in the old way.</summary>
    public void Dispose() => connection.Dispose();
}
