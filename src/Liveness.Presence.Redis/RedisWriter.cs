using StackExchange.Redis;

namespace Liveness.Presence.Redis;

/// <summary>Writes the changes of a part, each batch in one transaction.</summary>
internal sealed class RedisWriter(RedisKeys keys)
{
    /// <summary>The log is cut back from time to time only: a command less for most batches.</summary>
    private const int TrimEvery = 256;

    public async Task<WriteReply> WriteAsync(IDatabase database, PartId part, WriteBatch batch)
    {
        PointerSwap swap = new(batch.Items.Where(static item => item.Entry is not null).ToDictionary(
            static item => item.Key, item => new Pointer(item.Entry!.Since, part), StringComparer.Ordinal));
        ITransaction writing = database.CreateTransaction();
        Task<RedisValue> before = writing.HashGetAsync(keys.Part(part), RedisKeys.Mark);
        WriteEntries(writing, part, batch);
        WriteLog(writing, part, batch);
        WriteLosses(writing, batch);
        List<ShardSwap> swaps = Swap(writing, swap.Due);
        _ = writing.KeyExpireAsync(keys.Part(part), batch.PartTerm);
        await writing.ExecuteAsync().ConfigureAwait(false);
        swap.OnSwapped(await FoundAsync(swaps).ConfigureAwait(false));
        while (swap.Due.Count > 0)
        {
            ITransaction restoring = database.CreateTransaction();
            swaps = Swap(restoring, swap.Due);
            await restoring.ExecuteAsync().ConfigureAwait(false);
            swap.OnSwapped(await FoundAsync(swaps).ConfigureAwait(false));
        }

        _ = database.PublishAsync(keys.Hints, part.Gateway, CommandFlags.FireAndForget);
        return new WriteReply(VersionMark.Parse(await before.ConfigureAwait(false)), swap.Lost);
    }

    public async Task PurgeAsync(IDatabase database, PartId part, Func<string, bool> isWanted)
    {
        List<RedisValue> unwanted = [];
        await foreach (HashEntry entry in database.HashScanAsync(keys.Part(part), pageSize: RedisReader.PageSize).ConfigureAwait(false))
        {
            if (entry.Name != RedisKeys.Mark && !isWanted(entry.Name.ToString()))
            {
                unwanted.Add(entry.Name);
            }
        }

        foreach (RedisValue[] chunk in unwanted.Chunk(RedisReader.PageSize))
        {
            await database.HashDeleteAsync(keys.Part(part), chunk).ConfigureAwait(false);
        }
    }

    private void WriteEntries(ITransaction writing, PartId part, WriteBatch batch)
    {
        RedisValue[] removed = [.. batch.Items.Where(static item => item.Entry is null).Select(static item => (RedisValue)item.Key)];
        if (removed.Length > 0)
        {
            _ = writing.HashDeleteAsync(keys.Part(part), removed);
        }

        HashEntry[] written =
        [
            .. batch.Items.Where(static item => item.Entry is not null)
                .Select(static item => new HashEntry(item.Key, StoredText.Of(item.Entry!))),
            new HashEntry(RedisKeys.Mark, batch.Mark.ToString()),
        ];
        _ = writing.HashSetAsync(keys.Part(part), written);
    }

    private void WriteLog(ITransaction writing, PartId part, WriteBatch batch)
    {
        WriteItem[] logged = [.. batch.Items.Where(static item => item.IsLogged)];
        if (logged.Length == 0)
        {
            return;
        }

        long version = batch.Mark.Version - logged.Length;
        RedisValue[] lines = [.. logged.Select(item => (RedisValue)new LogLine(++version, item.Key).ToString())];
        _ = writing.ListLeftPushAsync(keys.Log(part), lines);
        if (batch.Mark.Version / TrimEvery != (batch.Mark.Version - logged.Length) / TrimEvery)
        {
            _ = writing.ListTrimAsync(keys.Log(part), 0, WriteBatch.LogLength - 1);
        }

        _ = writing.KeyExpireAsync(keys.Log(part), batch.PartTerm);
    }

    private void WriteLosses(ITransaction writing, WriteBatch batch)
    {
        foreach (IGrouping<int, WriteItem> shard in batch.Items.Where(static item => item.Loss is not null)
            .GroupBy(static item => Shards.Of(item.Key)))
        {
            HashEntry[] losses = [.. shard.Select(static item => new HashEntry(item.Key, StoredText.Of(item.Loss!)))];
            _ = writing.HashSetAsync(keys.Losses(shard.Key), losses);
        }
    }

    private List<ShardSwap> Swap(ITransaction swapping, IReadOnlyDictionary<string, Pointer> due)
    {
        List<ShardSwap> swaps = [];
        foreach (IGrouping<int, KeyValuePair<string, Pointer>> shard in due.GroupBy(static one => Shards.Of(one.Key)))
        {
            string[] names = [.. shard.Select(static one => one.Key)];
            RedisKey key = keys.Pointers(shard.Key);
            swaps.Add(new ShardSwap(names, swapping.HashGetAsync(key, Array.ConvertAll(names, static name => (RedisValue)name))));
            _ = swapping.HashSetAsync(key, [.. shard.Select(static one => new HashEntry(one.Key, one.Value.ToString()))]);
        }

        return swaps;
    }

    private static async Task<Dictionary<string, Pointer>> FoundAsync(List<ShardSwap> swaps)
    {
        Dictionary<string, Pointer> found = new(StringComparer.Ordinal);
        foreach (ShardSwap swap in swaps)
        {
            RedisValue[] before = await swap.Before.ConfigureAwait(false);
            for (int i = 0; i < before.Length; i++)
            {
                // What somebody else has written is no pointer, and is gone now.
                if (Pointer.Parse(before[i]) is { } pointer)
                {
                    found[swap.Names[i]] = pointer;
                }
            }
        }

        return found;
    }

    private sealed record ShardSwap(string[] Names, Task<RedisValue[]> Before);
}
