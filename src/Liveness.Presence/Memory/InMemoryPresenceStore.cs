using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Liveness.Presence;

/// <summary>A store for the gateways of one process, with the rules of the others.</summary>
/// <remarks>Each member does its work at once, under one lock, and calls nobody back under it.</remarks>
internal sealed class InMemoryPresenceStore(TimeProvider timeProvider) : IPresenceStore
{
    private const int PageSize = 1_000;

    private readonly Lock _gate = new();

    /// <summary>Under the lock.</summary>
    private MemoryState _state = new();

    /// <summary>Under the lock.</summary>
    private readonly List<Action> _subscribers = [];

    public string Name => "the memory of this process";

    public StoreCosts? Costs => null;

    private long Now => timeProvider.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>For tests: what it holds now.</summary>
    public MemoryState Save()
    {
        lock (_gate)
        {
            return _state.Copy();
        }
    }

    /// <summary>For tests: from now on it holds that.</summary>
    public void Load(MemoryState state)
    {
        lock (_gate)
        {
            _state = state.Copy();
        }
    }

    public Task<LeaseReply> LeaseAsync(LeaseRequest request)
    {
        lock (_gate)
        {
            long now = Now;
            _state.Expire(now);
            bool isHeld = _state.Leases.TryGetValue(request.Gateway, out (Lease Lease, long ExpiresAt) held);
            if (isHeld && held.Lease.Epoch != request.Epoch)
            {
                TimeSpan remaining = TimeSpan.FromMilliseconds(held.ExpiresAt - now);
                return Task.FromResult(new LeaseReply(LeaseOutcome.Refused, held.Lease.Epoch, now, null, remaining));
            }

            string epoch = isHeld ? held.Lease.Epoch : LeaseRules.EpochToTake(request, RegistrationOf(request.Gateway), now);
            PartId part = new(request.Gateway, epoch);
            if (RegistrationOf(request.Gateway) is { } before && before.Epoch != epoch)
            {
                _state.Parts.Remove(new PartId(request.Gateway, before.Epoch));
            }

            if (LeaseRules.IsToBeRegistered(RegistrationOf(request.Gateway), epoch, now))
            {
                _state.Registrations[request.Gateway] = new Registration(epoch, now);
            }

            Lease lease = new(epoch, request.Version, request.Count, now);
            _state.Leases[request.Gateway] = (lease, now + (long)request.Term.TotalMilliseconds);
            VersionMark? stored = null;
            if (_state.Parts.TryGetValue(part, out MemoryPart? kept))
            {
                kept.ExpiresAt = now + (long)request.PartTerm.TotalMilliseconds;
                stored = kept.Mark;
            }

            return Task.FromResult(
                new LeaseReply(isHeld ? LeaseOutcome.Renewed : LeaseOutcome.Taken, epoch, now, stored, TimeSpan.Zero));
        }
    }

    public Task<WriteReply> WriteAsync(PartId part, WriteBatch batch)
    {
        PointerSwap swap = new(batch.Items.Where(static item => item.Entry is not null).ToDictionary(
            static item => item.Key, item => new Pointer(item.Entry!.Since, part), StringComparer.Ordinal));
        VersionMark? before;
        lock (_gate)
        {
            _state.Expire(Now);
            before = _state.Parts.TryGetValue(part, out MemoryPart? written) ? written.Mark : null;
            written ??= _state.Parts[part] = new MemoryPart();

            written.Mark = batch.Mark;
            written.ExpiresAt = Now + (long)batch.PartTerm.TotalMilliseconds;
            foreach (WriteItem item in batch.Items)
            {
                Write(written, item);
            }

            Log(written, batch);
            while (swap.Due.Count > 0)
            {
                swap.OnSwapped(Swap(swap.Due));
            }
        }

        Hint();
        return Task.FromResult(new WriteReply(before, swap.Lost));
    }

    public Task PurgeAsync(PartId part, Func<string, bool> isWanted)
    {
        string[] unwanted;
        lock (_gate)
        {
            unwanted = _state.Parts.TryGetValue(part, out MemoryPart? purged) ? [.. purged.Entries.Keys] : [];
        }

        unwanted = [.. unwanted.Where(key => !isWanted(key))];
        lock (_gate)
        {
            if (_state.Parts.TryGetValue(part, out MemoryPart? purged))
            {
                Array.ForEach(unwanted, key => purged.Entries.Remove(key));
            }
        }

        return Task.CompletedTask;
    }

    public Task RemoveAsync(PartId part)
    {
        lock (_gate)
        {
            _state.Parts.Remove(part);
        }

        return Task.CompletedTask;
    }

    public Task LeaveAsync(PartId part)
    {
        lock (_gate)
        {
            _state.Expire(Now);
            if (!_state.Leases.TryGetValue(part.Gateway, out (Lease Lease, long ExpiresAt) held) || held.Lease.Epoch == part.Epoch)
            {
                _state.Leases.Remove(part.Gateway);
                if (RegistrationOf(part.Gateway)?.Epoch == part.Epoch)
                {
                    _state.Registrations.Remove(part.Gateway);
                }
            }

            _state.Parts.Remove(part);
        }

        Hint();
        return Task.CompletedTask;
    }

    public Task SweepAsync(int shard, SweepRules rules)
    {
        lock (_gate)
        {
            long now = Now;
            _state.Expire(now);
            foreach ((string key, Pointer pointer) in _state.Pointers.Where(one => Shards.Of(one.Key) == shard).ToArray())
            {
                if (SweepRules.IsOutdated(now, pointer, _state.HasEntry(key, pointer)))
                {
                    _state.Pointers.Remove(key);
                }
            }

            foreach ((string key, LossData loss) in _state.Losses.Where(one => Shards.Of(one.Key) == shard).ToArray())
            {
                if (rules.IsOutdated(now, loss))
                {
                    _state.Losses.Remove(key);
                }
            }
        }

        return Task.CompletedTask;
    }

    public Task ForgetAsync(GatewayRow row)
    {
        lock (_gate)
        {
            _state.Expire(Now);
            if (!_state.Leases.ContainsKey(row.Gateway) && RegistrationOf(row.Gateway) == row.Registration)
            {
                _state.Registrations.Remove(row.Gateway);
                _state.Parts.Remove(row.Part);
            }
        }

        return Task.CompletedTask;
    }

    public Task<FleetRows> GatewaysAsync()
    {
        lock (_gate)
        {
            long now = Now;
            _state.Expire(now);
            return Task.FromResult(new FleetRows(now, [.. _state.Registrations.Keys.Select(RowNeedsLock)]));
        }
    }

    public Task<IReadOnlyList<KeyRow>> FindAsync(IReadOnlyList<string> keys)
    {
        lock (_gate)
        {
            _state.Expire(Now);
            return Task.FromResult<IReadOnlyList<KeyRow>>([.. keys.Select(FindNeedsLock)]);
        }
    }

    public async IAsyncEnumerable<IReadOnlyList<ListedRow>> ListAsync(
        PartId part, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ListedRow[] rows;
        lock (_gate)
        {
            _state.Expire(Now);
            rows = _state.Parts.TryGetValue(part, out MemoryPart? listed)
                ? [.. listed.Entries.Select(one => new ListedRow(one.Key, one.Value, _state.Pointers.GetValueOrDefault(one.Key)))]
                : [];
        }

        foreach (ListedRow[] page in rows.Chunk(PageSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return page;
        }

        await Task.CompletedTask.ConfigureAwait(false);
    }

    public Task<LogReply> ReadLogAsync(PartId part, long after)
    {
        lock (_gate)
        {
            LogReply reply = _state.Parts.TryGetValue(part, out MemoryPart? read)
                ? LogLine.Read([.. Enumerable.Reverse(read.Log)], after, read.Mark.Version)
                : new LogReply(after, []);
            return Task.FromResult(reply);
        }
    }

    public Task<IDisposable> SubscribeAsync(Action onHint)
    {
        lock (_gate)
        {
            _subscribers.Add(onHint);
        }

        return Task.FromResult<IDisposable>(new Subscription(() =>
        {
            lock (_gate)
            {
                _subscribers.Remove(onHint);
            }
        }));
    }

    private void Hint()
    {
        Action[] subscribers;
        lock (_gate)
        {
            subscribers = [.. _subscribers];
        }

        Array.ForEach(subscribers, static subscriber => subscriber());
    }

    private static void Log(MemoryPart part, WriteBatch batch)
    {
        WriteItem[] logged = [.. batch.Items.Where(static item => item.IsLogged)];
        long version = batch.Mark.Version - logged.Length;
        part.Log.AddRange(logged.Select(item => new LogLine(++version, item.Key)));
        part.Log.RemoveRange(0, Math.Max(0, part.Log.Count - WriteBatch.LogLength));
    }

    private Registration? RegistrationOf(string gateway) => _state.Registrations.GetValueOrDefault(gateway);

    private void Write(MemoryPart part, WriteItem item)
    {
        if (item.Entry is null)
        {
            part.Entries.Remove(item.Key);
        }
        else
        {
            part.Entries[item.Key] = item.Entry;
        }

        if (item.Loss is not null)
        {
            _state.Losses[item.Key] = item.Loss;
        }
    }

    private Dictionary<string, Pointer> Swap(IReadOnlyDictionary<string, Pointer> due)
    {
        Dictionary<string, Pointer> found = new(StringComparer.Ordinal);
        foreach ((string key, Pointer pointer) in due)
        {
            if (_state.Pointers.TryGetValue(key, out Pointer? before))
            {
                found[key] = before;
            }

            _state.Pointers[key] = pointer;
        }

        return found;
    }

    private GatewayRow RowNeedsLock(string gateway)
    {
        Debug.Assert(_gate.IsHeldByCurrentThread, "whoever looks holds the lock");
        Registration registration = _state.Registrations[gateway];
        Lease? lease = _state.Leases.TryGetValue(gateway, out (Lease Lease, long ExpiresAt) held) ? held.Lease : null;
        VersionMark? mark = _state.Parts.TryGetValue(new PartId(gateway, registration.Epoch), out MemoryPart? part) ? part.Mark : null;
        return new GatewayRow(gateway, registration, lease, mark);
    }

    private KeyRow FindNeedsLock(string key)
    {
        Debug.Assert(_gate.IsHeldByCurrentThread, "whoever looks holds the lock");
        Pointer? pointer = _state.Pointers.GetValueOrDefault(key);
        GatewayRow? row = pointer is not null && _state.Registrations.ContainsKey(pointer.Part.Gateway)
            ? RowNeedsLock(pointer.Part.Gateway)
            : null;
        EntryData? entry = pointer is not null && _state.Parts.TryGetValue(pointer.Part, out MemoryPart? part)
            ? part.Entries.GetValueOrDefault(key)
            : null;
        return new KeyRow(key, pointer, row, entry, _state.Losses.GetValueOrDefault(key));
    }
}
