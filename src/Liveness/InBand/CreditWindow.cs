namespace Liveness;

/// <summary>The receiving side of credit: how much the peer may send that the application has not taken yet.</summary>
/// <remarks>Granted credit is never taken back: where the window shrinks, grants wait until what was granted fits. The process's budget is
/// held for all that is granted beyond the first credit and not used, so an idle connection that was busy once keeps that part until its
/// peer uses it or the connection ends. A struct in its session, which hands it out by reference: never copy it.</remarks>
internal struct CreditWindow
{
    private const int LeastReleased = 32 * 1024;

    private readonly int _first;

    /// <summary>Null until the first data, where the budget is the one of the process: until then the window is as it was at
    /// first.</summary>
    private CreditGrowth? _growth;
    private int _most;
    private ulong _granted;
    private bool _readerWaits;

    /// <param name="first">Bytes: the window at first, and the first credit, that HELLO carries.</param>
    /// <param name="most">How far it grows.</param>
    /// <param name="budget">What it grows by is taken from here.</param>
    public CreditWindow(int first, int most, UnreadBudget budget)
    {
        _first = first;
        _most = Math.Max(first, most);
        _growth = ReferenceEquals(budget, UnreadBudget.Shared) ? null : new CreditGrowth(budget);
        _granted = (ulong)first;
        Window = first;
    }

    public CreditWindow(HeartbeatPlan plan, UnreadBudget budget)
        : this(plan.ReceiveWindow, plan.MaxReceiveWindow, budget)
    {
    }

    public int Window { get; private set; }

    /// <summary>Up to, and without, this offset the peer may send.</summary>
    public ulong Granted => _granted;

    public ulong Received { get; private set; }

    public ulong Consumed { get; private set; }

    /// <summary>Bytes that lie unread.</summary>
    public readonly int Unread => (int)(Received - Consumed);

    /// <summary>What the peer may still send, and what lies unread.</summary>
    public readonly long Exposure => (long)(_granted - Consumed);

    /// <summary>
    /// A new grant is worth a frame of its own once it opens half a window: any later would stop a peer that sends all the time.
    /// </summary>
    public readonly bool GrantIsDue => Opening >= Window / 2;

    /// <summary>
    /// Where something is sent anyway a quarter is enough. Still two grants at most for each 16 KiB: the peer's flood guard allows four.
    /// </summary>
    public readonly bool GrantMayRide => Opening >= Window / 4;

    private readonly long Opening => Window - Exposure;

    /// <summary>Who has raised it above the default counts on it: two programs that both write before they read.</summary>
    private readonly int Least =>
        _first > HeartbeatDefaults.ReceiveWindow ? _first : Math.Min(_first, HeartbeatDefaults.SmallestWindow);

    /// <summary>A DATA frame that begins now may be that long.</summary>
    public readonly bool Covers(int frame) => Received + (ulong)frame <= _granted;

    /// <returns>False where the peer sends what it was not allowed to.</returns>
    public bool TryReceive(int length, Instant now)
    {
        if (!Covers(length))
        {
            return false;
        }

        CreditGrowth growth = _growth ??= new CreditGrowth(UnreadBudget.Shared);
        growth.Round.OnReceived(Received, length, _readerWaits && Unread == 0, now);
        growth.QuietSince = now;
        Received += (ulong)length;
        return true;
    }

    /// <summary>The application wants to read, and there is nothing.</summary>
    public void OnReaderWaits() => _readerWaits = true;

    public void Consume(int length)
    {
        _readerWaits = false;
        _growth?.Round.OnConsuming(Unread);
        Consumed += (ulong)length;
        if (_growth is { Held: > 0 } growth)
        {
            GiveBack(growth, LeastReleased);
        }
    }

    /// <summary>Decides how large the window is from now on, and grants what that opens.</summary>
    /// <param name="now">The present.</param>
    /// <param name="path">What the heartbeat knows of it.</param>
    /// <param name="rides">Whether something else is sent anyway.</param>
    /// <param name="offset">Absolute: up to it the peer may send from now on.</param>
    /// <returns>False = no grant is due, or none any more.</returns>
    public bool TryTakeGrant(Instant now, in PathFacts path, bool rides, out ulong offset)
    {
        offset = _granted;
        if (!(rides ? GrantMayRide : GrantIsDue))
        {
            return false;
        }

        if (_growth?.Round.WindowFitFor(now, Received, Consumed, path) is { } fit)
        {
            Resize(_growth, fit);
            if (!(rides ? GrantMayRide : GrantIsDue))
            {
                return false;
            }
        }

        offset = Consumed + (ulong)Window;
        _growth?.Round.OnGranted(_granted, offset, Consumed, now);
        _granted = offset;
        if (_growth is not null)
        {
            GiveBack(_growth, least: 1);
        }

        return true;
    }

    /// <summary>
    /// A grown window goes back to the first credit, by half for each interval in which no DATA came: what was granted stays with the peer,
    /// but is not renewed.
    /// </summary>
    public void ShrinkIfIdle(Instant now, TimeSpan interval)
    {
        if (Window > _first && Unread == 0 && _growth is { } growth && now - growth.QuietSince >= interval)
        {
            growth.QuietSince = now;
            Window = Math.Max(_first, Window / 2);
            GiveBack(growth, least: 1);
        }
    }

    /// <summary>The connection is over: nothing more can arrive.</summary>
    public void End()
    {
        _most = Window;
        if (_growth is { } growth)
        {
            growth.Budget.Return(growth.Held);
            growth.Held = 0;
        }
    }

    /// <summary>Doubles at most, and halves at most: one odd measurement decides little.</summary>
    private void Resize(CreditGrowth growth, long fit)
    {
        int target = (int)Math.Clamp(fit, Math.Max(Least, Window / 2), Math.Min(_most, Window * 2L));
        if (target > Window)
        {
            int missing = Math.Max(0, target - _first) - growth.Held;
            growth.Held += missing > 0 ? growth.Budget.Take(missing) : 0;
            target = Math.Max(Window, Math.Min(target, _first + growth.Held));
        }

        Window = target;
        GiveBack(growth, least: 1);
    }

    private readonly void GiveBack(CreditGrowth growth, int least)
    {
        int excess = growth.Held - (int)Math.Max(0, Math.Max(Window, Exposure) - _first);
        if (excess >= least)
        {
            growth.Held -= excess;
            growth.Budget.Return(excess);
        }
    }
}
