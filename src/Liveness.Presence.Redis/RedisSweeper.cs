using StackExchange.Redis;

namespace Liveness.Presence.Redis;

/// <summary>Removes what is outdated, a little at a time: only what has not changed since it was looked at.</summary>
internal sealed class RedisSweeper(RedisKeys keys)
{
    /// <summary>In one transaction, each with a condition.</summary>
    private const int MostAtOnce = 50;

    public async Task SweepAsync(IDatabase database, int shard, SweepRules rules)
    {
        long now = await RedisLeases.TimeAsync(database).ConfigureAwait(false);
        await SweepPointersAsync(database, keys.Pointers(shard), now).ConfigureAwait(false);
        RedisKey losses = keys.Losses(shard);
        List<HashEntry> outdated = [];
        await foreach (HashEntry entry in database.HashScanAsync(losses, pageSize: RedisReader.PageSize).ConfigureAwait(false))
        {
            if (StoredText.ReadLoss(entry.Value) is { } loss && rules.IsOutdated(now, loss))
            {
                outdated.Add(entry);
            }
        }

        await RemoveAsync(database, losses, outdated).ConfigureAwait(false);
    }

    private async Task SweepPointersAsync(IDatabase database, RedisKey key, long now)
    {
        List<(HashEntry Entry, Pointer Pointer)> old = [];
        await foreach (HashEntry entry in database.HashScanAsync(key, pageSize: RedisReader.PageSize).ConfigureAwait(false))
        {
            if (Pointer.Parse(entry.Value) is { } pointer && SweepRules.IsOutdated(now, pointer, hasEntry: false))
            {
                old.Add((entry, pointer));
            }
        }

        List<HashEntry> outdated = [];
        foreach (IGrouping<PartId, (HashEntry Entry, Pointer Pointer)> part in old.GroupBy(static one => one.Pointer.Part))
        {
            foreach ((HashEntry Entry, Pointer Pointer)[] chunk in part.Chunk(RedisReader.PageSize))
            {
                RedisValue[] entries = await database.HashGetAsync(
                    keys.Part(part.Key), [.. chunk.Select(static one => one.Entry.Name)]).ConfigureAwait(false);
                outdated.AddRange(chunk.Where((_, i) => entries[i].IsNull).Select(static one => one.Entry));
            }
        }

        await RemoveAsync(database, key, outdated).ConfigureAwait(false);
    }

    private static async Task RemoveAsync(IDatabase database, RedisKey key, List<HashEntry> outdated)
    {
        foreach (HashEntry[] chunk in outdated.Chunk(MostAtOnce))
        {
            ITransaction removing = database.CreateTransaction();
            foreach (HashEntry entry in chunk)
            {
                removing.AddCondition(Condition.HashEqual(key, entry.Name, entry.Value));
            }

            _ = removing.HashDeleteAsync(key, Array.ConvertAll(chunk, static entry => entry.Name));

            // Where one has changed meanwhile, none is removed: the next sweep comes by itself.
            await removing.ExecuteAsync().ConfigureAwait(false);
        }
    }
}
