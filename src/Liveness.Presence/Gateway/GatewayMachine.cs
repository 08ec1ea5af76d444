namespace Liveness.Presence;

/// <summary>
/// When a gateway renews its lease, what it writes, and what it does when the store has lost something or somebody else has its name. Pure:
/// moments are of one monotonic clock, and its owner calls it under a lock and carries out one step after the other.
/// </summary>
internal sealed class GatewayMachine(PresenceSettings settings, string suffix, TimeSpan start)
{
    public const int MostInBatch = 1_000;

    public static readonly TimeSpan BatchDelay = TimeSpan.FromMilliseconds(10);
    public static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(14);

    /// <summary>What is written again goes out so often a second, in portions.</summary>
    private const int PortionsPerSecond = 20;

    private static readonly TimeSpan s_longestRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_refusedAtLeast = TimeSpan.FromMilliseconds(100);

    private readonly string _gateway = settings.Gateway!;
    private readonly OwnPart _part = new();
    private readonly StoreClock _clock = new();
    private readonly Queue<GatewayNews> _news = new();
    private PresenceSettings _settings = settings;

    /// <summary>Null = not registered, or not any more.</summary>
    private string? _epoch;

    /// <summary>It has been registered before under another epoch.</summary>
    private bool _hasHistory;

    /// <summary>The store has answered the last step.</summary>
    private bool _isUp;

    /// <summary>When the lease was last asked for with success; null = never.</summary>
    private TimeSpan? _renewedAt;

    private TimeSpan _leaseAt = start;
    private TimeSpan _flushAt = TimeSpan.MaxValue;
    private TimeSpan _againAt = start;
    private TimeSpan _sweepAt = start + SweepEvery;
    private int _shard = Random.Shared.Next(Shards.Count);

    /// <summary>The last version that was given to a change.</summary>
    private long _version;

    /// <summary>What the store holds for certain.</summary>
    private VersionMark _confirmed;

    /// <summary>What it may hold as well.</summary>
    private VersionMark _attempted;

    /// <summary>What it may have held before that.</summary>
    private VersionMark _attemptedBefore;

    /// <summary>How many changes are on their way to the store.</summary>
    private int _underWay;

    private SyncPhase _phase;
    private TimeSpan _syncBegun;

    /// <summary>Whose newer connections are to be looked at.</summary>
    private IReadOnlyList<string> _contested = [];

    /// <summary>Of a run that has lost its name; null = none.</summary>
    private PartId? _orphan;

    /// <summary>The epoch of whoever has the name, as it was last told.</summary>
    private string? _refusedBy;

    /// <summary>Of this run; null = it is not registered.</summary>
    public PartId? Part => _epoch is null ? null : new PartId(_gateway, _epoch);

    public int Count => _part.Count;

    /// <summary>What the store does not have for certain, a batch under way included.</summary>
    public int Pending => _part.Queued + _part.QueuedAgain + _underWay;

    public int Changes => _part.Queued;

    public long DroppedLosses => _part.DroppedLosses;

    public PresenceSettings Settings => _settings;

    /// <summary>Registered, and the store has everything.</summary>
    public bool IsSettled => _epoch is not null && _isUp && _phase == SyncPhase.Whole && Pending == 0 && _contested.Count == 0;

    /// <summary>As others see it, too, but for the time that an answer takes.</summary>
    public GatewayState StateAt(TimeSpan now)
    {
        bool hasLease = _epoch is not null && now - _renewedAt < _settings.Term;
        GatewayStanding standing = hasLease ? _phase == SyncPhase.Whole ? GatewayStanding.Registered : GatewayStanding.Resyncing
            : _isUp && _refusedBy is not null ? GatewayStanding.Refused
            : GatewayStanding.Unheard;
        return new GatewayState(_gateway, standing, Count, Pending);
    }

    public GatewayNews? NextNews() => _news.TryDequeue(out GatewayNews? news) ? news : null;

    public void Change(PresenceSettings changed) => _settings = _settings.With(changed);

    public bool IsWanted(string key) => _part.IsWanted(key);

    /// <inheritdoc cref="OwnPart.Name"/>
    public void Name(long id, string? key, Func<OwnConnection> create, TimeSpan now)
    {
        _part.Name(id, key, create);
        NoteChange(now);
    }

    /// <inheritdoc cref="OwnPart.End"/>
    public void End(long id, OwnLoss? loss, TimeSpan now)
    {
        _part.End(id, loss);
        NoteChange(now);
    }

    /// <summary>Everything at once: the process stops.</summary>
    public void Hurry(TimeSpan now) => (_flushAt, _againAt) = (now, now);

    public GatewayStep Next(TimeSpan now)
    {
        if (now >= _leaseAt)
        {
            return new GatewayStep.TakeLease(new LeaseRequest(
                _gateway, _epoch, suffix, _confirmed.Version, Count, _settings.Term, _settings.ForgetGatewayAfter));
        }

        if (!_isUp)
        {
            return new GatewayStep.Wait(_leaseAt);
        }

        if (_orphan is { } orphan)
        {
            return new GatewayStep.Remove(orphan);
        }

        return Part is { } part ? Work(part, now) : new GatewayStep.Wait(_leaseAt);
    }

    public void OnLease(LeaseReply reply, TimeSpan sentAt, TimeSpan now)
    {
        _isUp = true;
        _clock.Set(reply.StoreTime, sentAt + ((now - sentAt) / 2));
        if (reply.Outcome == LeaseOutcome.Refused)
        {
            OnRefused(reply, now);
            return;
        }

        _refusedBy = null;
        _renewedAt = sentAt;
        _leaseAt = now + _settings.RenewEvery;
        if (reply.Epoch != _epoch)
        {
            OnRegistered(reply, now);
        }
        else if ((reply.Stored ?? default) is var stored && stored != _confirmed && stored != _attempted)
        {
            BeginSync(reply.Stored, stored, now);
        }
        else
        {
            _confirmed = stored;
            if (reply.Outcome == LeaseOutcome.Taken)
            {
                _news.Enqueue(new GatewayNews.BackAgain(reply.Epoch));
            }
        }
    }

    public void OnWritten(WriteBatch batch, WriteReply reply, TimeSpan now)
    {
        _underWay = 0;
        _part.OnWritten(batch.Items);
        if (reply.Contested.Count > 0)
        {
            _contested = [.. _contested, .. reply.Contested];
        }

        VersionMark before = reply.Before ?? default;
        if (before != _confirmed && before != _attemptedBefore)
        {
            // The mark is right again, and would hide what the store has lost before.
            BeginSync(reply.Before, batch.Mark, now);
            return;
        }

        if (_phase == SyncPhase.Purged && !batch.Mark.IsPartial)
        {
            _phase = SyncPhase.Whole;
            _news.Enqueue(new GatewayNews.ResyncEnded(now - _syncBegun));
        }

        _confirmed = batch.Mark;
    }

    public void OnWriteFailed(WriteBatch batch, TimeSpan now)
    {
        _underWay = 0;
        _part.OnFailed(batch.Items, _clock);
        _flushAt = now;
        OnFailed(now);
    }

    /// <param name="rows">Of the keys that were contested.</param>
    /// <param name="now">The moment.</param>
    public void OnContested(IReadOnlyList<KeyRow> rows, TimeSpan now)
    {
        _contested = [];
        foreach (KeyRow row in rows)
        {
            if (row.Pointer is { } pointer && Part is { } own && pointer.Part != own)
            {
                // A pointer of the future: the clock of the store went back. Any other that leads nowhere was newer all the same.
                bool leadsNowhere = pointer.Since > _clock.At(now)
                    && FleetRules.Judge(row) is null or { Status: PresenceStatus.Disconnected };
                _part.OnContested(row.Key, pointer, leadsNowhere, own);
            }
        }

        NoteChange(now);
    }

    public void OnPurged() => _phase = SyncPhase.Purged;

    public void OnRemoved() => _orphan = null;

    public void OnSwept(TimeSpan now)
    {
        _sweepAt = now + SweepEvery;
        _shard = (_shard + 1) % Shards.Count;
    }

    /// <summary>It is not tried again at once: nothing depends on it.</summary>
    public void OnSweepFailed(TimeSpan now)
    {
        OnSwept(now);
        OnFailed(now);
    }

    /// <summary>The store has not answered, or has refused: first of all the lease is asked for again.</summary>
    public void OnFailed(TimeSpan now)
    {
        _isUp = false;
        TimeSpan retry = _settings.RenewEvery / 2;
        _leaseAt = now + (retry < s_longestRetry ? retry : s_longestRetry);
    }

    private GatewayStep Work(PartId part, TimeSpan now)
    {
        if (_contested.Count > 0)
        {
            return new GatewayStep.Contest(_contested);
        }

        bool isFlushDue = _part.Queued >= MostInBatch || (_part.Queued > 0 && now >= _flushAt);
        bool isAgainDue = _phase == SyncPhase.Writing && _part.QueuedAgain > 0 && now >= _againAt;
        if ((isFlushDue || isAgainDue) && Batch(isAgainDue, now) is { } batch)
        {
            return new GatewayStep.Write(part, batch);
        }

        if (_phase == SyncPhase.Writing && _part.QueuedAgain == 0)
        {
            return new GatewayStep.Purge(part);
        }

        if (_phase == SyncPhase.Purged)
        {
            return new GatewayStep.Write(part, BatchOf([], gap: 1, isPartial: false));
        }

        if (_phase == SyncPhase.Whole && now >= _sweepAt)
        {
            return new GatewayStep.Sweep(_shard);
        }

        TimeSpan until = Earlier(_leaseAt, _part.Queued > 0 ? _flushAt : TimeSpan.MaxValue);
        until = Earlier(until, _phase == SyncPhase.Writing ? _againAt : _sweepAt);
        return new GatewayStep.Wait(until);
    }

    /// <returns>Null = what waited has cancelled itself out.</returns>
    private WriteBatch? Batch(bool isAgainDue, TimeSpan now)
    {
        int portion = Math.Clamp(_settings.MaxEntriesPerSecond / PortionsPerSecond, 1, MostInBatch);
        List<WriteItem> items = _part.Take(MostInBatch, isAgainDue ? portion : 0, _clock, _gateway);
        if (isAgainDue)
        {
            int again = items.Count(static item => !item.IsLogged);
            _againAt = now + TimeSpan.FromSeconds((double)again / _settings.MaxEntriesPerSecond);
        }

        _flushAt = _part.Queued > 0 ? now : TimeSpan.MaxValue;
        return items.Count == 0 ? null : BatchOf(items, gap: 0, _phase != SyncPhase.Whole);
    }

    /// <summary>A version that was tried is never given again: the store may have taken it.</summary>
    private WriteBatch BatchOf(List<WriteItem> items, int gap, bool isPartial)
    {
        _version += gap + items.Count(static item => item.IsLogged);
        _underWay = items.Count;
        _attemptedBefore = _attempted;
        _attempted = new VersionMark(_version, isPartial);
        return new WriteBatch(_attempted, items, _settings.ForgetGatewayAfter);
    }

    private void OnRegistered(LeaseReply reply, TimeSpan now)
    {
        _orphan = Part;
        _epoch = reply.Epoch;
        _news.Enqueue(new GatewayNews.Registered(reply.Epoch));
        (_version, _confirmed, _attempted, _attemptedBefore) = (0, default, default, default);
        if (_hasHistory)
        {
            BeginSync(reply.Stored, reply.Stored ?? default, now);
        }

        _hasHistory = true;
    }

    private void OnRefused(LeaseReply reply, TimeSpan now)
    {
        _leaseAt = now + (reply.Remaining > s_refusedAtLeast ? reply.Remaining : s_refusedAtLeast);
        if (_epoch is { } own)
        {
            _orphan = new PartId(_gateway, own);
            _epoch = null;
            _news.Enqueue(new GatewayNews.TakenOver(own, reply.Epoch));
        }
        else if (_refusedBy != reply.Epoch)
        {
            _news.Enqueue(new GatewayNews.Refused(reply.Epoch, reply.Remaining));
        }

        _refusedBy = reply.Epoch;
    }

    /// <param name="found">What the store had; null = nothing.</param>
    /// <param name="stored">What it has now.</param>
    /// <param name="now">The moment.</param>
    private void BeginSync(VersionMark? found, VersionMark stored, TimeSpan now)
    {
        _news.Enqueue(new GatewayNews.ResyncBegun(found, _confirmed, Count));

        // A gap: whoever watches lists this gateway anew.
        _version = Math.Max(_version, stored.Version) + 1;
        _confirmed = stored;
        _phase = SyncPhase.Writing;
        _syncBegun = now;
        _againAt = now;
        _part.QueueAll();
    }

    private void NoteChange(TimeSpan now)
    {
        if (_flushAt == TimeSpan.MaxValue && _part.Queued > 0)
        {
            _flushAt = now + BatchDelay;
        }
    }

    private static TimeSpan Earlier(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
