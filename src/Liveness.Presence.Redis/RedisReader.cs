using System.Runtime.CompilerServices;
using StackExchange.Redis;

namespace Liveness.Presence.Redis;

/// <summary>Reads what gateways have written, and leaves out what they have not.</summary>
/// <param name="keys">Of the schema.</param>
/// <param name="onStrange">Told of a key that holds something else.</param>
internal sealed class RedisReader(RedisKeys keys, Action<string> onStrange)
{
    public const int PageSize = 1_000;

    /// <summary>More lines than were written by the time the mark was read may be there a moment later.</summary>
    private const int SpareLines = 64;

    public async Task<FleetRows> GatewaysAsync(IDatabase database)
    {
        Task<long> time = RedisLeases.TimeAsync(database);
        List<(string Gateway, Registration Registration)> known = [];
        foreach (HashEntry entry in await database.HashGetAllAsync(keys.Gateways).ConfigureAwait(false))
        {
            if (Take(Registration.Parse(entry.Value), keys.Gateways) is { } registration)
            {
                known.Add((entry.Name.ToString(), registration));
            }
        }

        if (known.Count == 0)
        {
            return new FleetRows(await time.ConfigureAwait(false), []);
        }

        Task<RedisValue[]> leases = database.StringGetAsync([.. known.Select(one => keys.Lease(one.Gateway))]);
        Task<RedisValue[]> marks = Task.WhenAll(known.Select(
            one => database.HashGetAsync(keys.Part(new PartId(one.Gateway, one.Registration.Epoch)), RedisKeys.Mark)));
        await Task.WhenAll(time, leases, marks).ConfigureAwait(false);
        RedisValue[] lease = await leases.ConfigureAwait(false);
        RedisValue[] mark = await marks.ConfigureAwait(false);
        return new FleetRows(
            await time.ConfigureAwait(false),
            [.. known.Select((one, i) => new GatewayRow(
                one.Gateway, one.Registration, Lease.Parse(lease[i]), VersionMark.Parse(mark[i])))]);
    }

    public async Task<IReadOnlyList<KeyRow>> FindAsync(IDatabase database, IReadOnlyList<string> names)
    {
        Task<Dictionary<string, RedisValue>> losing = ReadAsync(database, names, static (k, shard) => k.Losses(shard));
        Dictionary<string, Pointer> led = await PointersAsync(database, names).ConfigureAwait(false);
        Dictionary<PartId, FoundPart> parts = await PartsAsync(database, led).ConfigureAwait(false);
        string[] gone = [.. led.Where(one => !parts[one.Value.Part].Has(one.Key, one.Value)).Select(static one => one.Key)];
        if (gone.Length > 0)
        {
            await FollowAsync(database, gone, led, parts).ConfigureAwait(false);
        }

        Dictionary<string, RedisValue> losses = await losing.ConfigureAwait(false);
        return [.. names.Select(name =>
        {
            Pointer? pointer = led.GetValueOrDefault(name);
            FoundPart? part = pointer is null ? null : parts[pointer.Part];
            LossData? loss = losses.TryGetValue(name, out RedisValue lost)
                ? Take(StoredText.ReadLoss(lost), keys.Losses(Shards.Of(name)))
                : null;
            return new KeyRow(name, pointer, part?.Gateway, part?.Entries.GetValueOrDefault(name), loss);
        })];
    }

    public async IAsyncEnumerable<IReadOnlyList<ListedRow>> ListAsync(
        IDatabase database, PartId part, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        RedisKey key = keys.Part(part);
        Dictionary<string, EntryData> page = new(StringComparer.Ordinal);
        await foreach (HashEntry entry in database.HashScanAsync(key, pageSize: PageSize)
            .WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (entry.Name != RedisKeys.Mark && Take(StoredText.ReadEntry(entry.Value), key) is { } data)
            {
                page[entry.Name.ToString()] = data;
            }

            if (page.Count == PageSize)
            {
                yield return await RowsAsync(database, page).ConfigureAwait(false);
                page.Clear();
            }
        }

        yield return await RowsAsync(database, page).ConfigureAwait(false);
    }

    public async Task<LogReply> ReadLogAsync(IDatabase database, PartId part, long after)
    {
        RedisValue mark = await database.HashGetAsync(keys.Part(part), RedisKeys.Mark).ConfigureAwait(false);
        if (VersionMark.Parse(mark) is not { } until)
        {
            return new LogReply(after, []);
        }

        long count = Math.Clamp(until.Version - after + SpareLines, SpareLines, WriteBatch.LogLength);
        LogReply reply = await ReadLogAsync(database, part, after, until.Version, count).ConfigureAwait(false);
        return reply.Keys is null && count < WriteBatch.LogLength
            ? await ReadLogAsync(database, part, after, until.Version, WriteBatch.LogLength).ConfigureAwait(false)
            : reply;
    }

    private async Task<LogReply> ReadLogAsync(IDatabase database, PartId part, long after, long until, long count)
    {
        RedisKey key = keys.Log(part);
        RedisValue[] values = await database.ListRangeAsync(key, 0, count - 1).ConfigureAwait(false);
        List<LogLine> lines = [];
        foreach (RedisValue value in values)
        {
            if (LogLine.Parse(value) is { } line)
            {
                lines.Add(line);
            }
            else
            {
                onStrange(key.ToString());
            }
        }

        return LogLine.Read(lines, after, until);
    }

    private async Task<IReadOnlyList<ListedRow>> RowsAsync(IDatabase database, Dictionary<string, EntryData> page)
    {
        Dictionary<string, RedisValue> pointers =
            await ReadAsync(database, page.Keys, static (k, shard) => k.Pointers(shard)).ConfigureAwait(false);
        return [.. page.Select(one => new ListedRow(
            one.Key,
            one.Value,
            pointers.TryGetValue(one.Key, out RedisValue value) ? Take(Pointer.Parse(value), keys.Pointers(Shards.Of(one.Key))) : null))];
    }

    /// <summary>What the hashes of the shards hold of these names, all in one flight.</summary>
    private async Task<Dictionary<string, RedisValue>> ReadAsync(
        IDatabase database, IEnumerable<string> names, Func<RedisKeys, int, RedisKey> keyOf)
    {
        (string[] Names, Task<RedisValue[]> Values)[] reads =
        [
            .. names.GroupBy(static name => Shards.Of(name)).Select(shard => shard.ToArray()).Select(shard =>
                (shard, database.HashGetAsync(
                    keyOf(keys, Shards.Of(shard[0])), Array.ConvertAll(shard, static name => (RedisValue)name)))),
        ];
        Dictionary<string, RedisValue> found = new(StringComparer.Ordinal);
        foreach ((string[] shard, Task<RedisValue[]> reading) in reads)
        {
            RedisValue[] values = await reading.ConfigureAwait(false);
            for (int i = 0; i < shard.Length; i++)
            {
                if (!values[i].IsNull)
                {
                    found[shard[i]] = values[i];
                }
            }
        }

        return found;
    }

    /// <summary>
    /// A pointer that leads nowhere may have been replaced since it was read: the device has moved just then. Looked at once more.
    /// </summary>
    private async Task FollowAsync(
        IDatabase database, IReadOnlyList<string> gone, Dictionary<string, Pointer> led, Dictionary<PartId, FoundPart> parts)
    {
        Dictionary<string, Pointer> moved = (await PointersAsync(database, gone).ConfigureAwait(false))
            .Where(one => one.Value != led[one.Key]).ToDictionary(StringComparer.Ordinal);
        foreach ((PartId id, FoundPart found) in await PartsAsync(database, moved).ConfigureAwait(false))
        {
            // What was read before of other devices of that part stays.
            FoundPart part = parts.TryGetValue(id, out FoundPart? before) ? found.With(before) : found;
            parts[id] = part;
        }

        foreach ((string name, Pointer pointer) in moved)
        {
            led[name] = pointer;
        }
    }

    private async Task<Dictionary<string, Pointer>> PointersAsync(IDatabase database, IReadOnlyList<string> names)
    {
        Dictionary<string, Pointer> led = new(StringComparer.Ordinal);
        foreach ((string name, RedisValue value) in
            await ReadAsync(database, names, static (k, shard) => k.Pointers(shard)).ConfigureAwait(false))
        {
            if (Take(Pointer.Parse(value), keys.Pointers(Shards.Of(name))) is { } pointer)
            {
                led[name] = pointer;
            }
        }

        return led;
    }

    private async Task<Dictionary<PartId, FoundPart>> PartsAsync(IDatabase database, Dictionary<string, Pointer> led)
    {
        var parts = led.GroupBy(static one => one.Value.Part).Select(part =>
        {
            string[] names = [.. part.Select(static one => one.Key)];
            RedisValue[] fields = [.. names.Select(static name => (RedisValue)name), RedisKeys.Mark];
            return (
                Part: part.Key,
                Names: names,
                Values: database.HashGetAsync(keys.Part(part.Key), fields),
                Registration: database.HashGetAsync(keys.Gateways, part.Key.Gateway),
                Lease: database.StringGetAsync(keys.Lease(part.Key.Gateway)));
        }).ToArray();
        Dictionary<PartId, FoundPart> found = [];
        foreach (var part in parts)
        {
            RedisValue[] values = await part.Values.ConfigureAwait(false);
            Registration? registration = Registration.Parse(await part.Registration.ConfigureAwait(false));
            Lease? lease = Lease.Parse(await part.Lease.ConfigureAwait(false));
            Dictionary<string, EntryData> entries = new(StringComparer.Ordinal);
            for (int i = 0; i < part.Names.Length; i++)
            {
                if (!values[i].IsNull && Take(StoredText.ReadEntry(values[i]), keys.Part(part.Part)) is { } entry)
                {
                    entries[part.Names[i]] = entry;
                }
            }

            // Of another run than the newest: only the registration counts then.
            GatewayRow? row = registration is null ? null
                : new GatewayRow(part.Part.Gateway, registration, lease, VersionMark.Parse(values[^1]));
            found[part.Part] = new FoundPart(row, entries);
        }

        return found;
    }

    private T? Take<T>(T? parsed, RedisKey place)
        where T : class
    {
        if (parsed is null)
        {
            onStrange(place.ToString());
        }

        return parsed;
    }

    private sealed record FoundPart(GatewayRow? Gateway, Dictionary<string, EntryData> Entries)
    {
        /// <summary>Whether the pointer leads to something that counts.</summary>
        public bool Has(string name, Pointer pointer) =>
            Entries.ContainsKey(name) && Gateway?.Registration.Epoch == pointer.Part.Epoch;

        public FoundPart With(FoundPart before)
        {
            Dictionary<string, EntryData> entries = new(before.Entries, StringComparer.Ordinal);
            foreach ((string name, EntryData entry) in Entries)
            {
                entries[name] = entry;
            }

            return this with { Entries = entries };
        }
    }
}
