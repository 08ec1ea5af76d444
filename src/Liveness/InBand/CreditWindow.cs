namespace Liveness;

/// <summary>The receiving side of credit: how much the peer may send that the application has not taken yet.</summary>
/// <remarks>Granted credit is never taken back: where the window shrinks, grants wait until what was granted fits. The process's budget is
/// held for all that is granted beyond the first credit and not used, so an idle connection that was busy once keeps that part until its
/// peer uses it or the connection ends. A struct in its session, which hands it out by reference: never copy it.</remarks>
internal struct CreditWindow
{
    private const int LeastReleased = 32 * 1024;

    private readonly int _first;
    private readonly int _least;
    private readonly UnreadBudget _budget;

    /// <summary>Null until the first data: most idle connections never measure one.</summary>
    private CreditRound? _round;
    private int _most;
    private int _held;
    private ulong _granted;
    private bool _readerWaits;
    private Instant _quietSince;

    /// <param name="first">Bytes: the window at first, and the first credit, that HELLO carries.</param>
    /// <param name="most">How far it grows.</param>
    /// <param name="budget">What it grows by is taken from here.</param>
    public CreditWindow(int first, int most, UnreadBudget budget)
    {
        _first = first;
        _most = Math.Max(first, most);

        // Who has raised it above the default counts on it: two programs that both write before they read.
        _least = first > HeartbeatDefaults.ReceiveWindow ? first : Math.Min(first, HeartbeatDefaults.SmallestWindow);
        _budget = budget;
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
    public int Unread => (int)(Received - Consumed);

    /// <summary>What the peer may still send, and what lies unread.</summary>
    public long Exposure => (long)(_granted - Consumed);

    /// <summary>
    /// A new grant is worth a frame of its own once it opens half a window: any later would stop a peer that sends all the time.
    /// </summary>
    public bool GrantIsDue => Opening >= Window / 2;

    /// <summary>
    /// Where something is sent anyway a quarter is enough. Still two grants at most for each 16 KiB: the peer's flood guard allows four.
    /// </summary>
    public bool GrantMayRide => Opening >= Window / 4;

    private long Opening => Window - Exposure;

    /// <summary>A DATA frame that begins now may be that long.</summary>
    public bool Covers(int frame) => Received + (ulong)frame <= _granted;

    /// <returns>False where the peer sends what it was not allowed to.</returns>
    public bool TryReceive(int length, Instant now)
    {
        if (!Covers(length))
        {
            return false;
        }

        (_round ??= new CreditRound()).OnReceived(Received, length, _readerWaits && Unread == 0, now);
        Received += (ulong)length;
        _quietSince = now;
        return true;
    }

    /// <summary>The application wants to read, and there is nothing.</summary>
    public void OnReaderWaits() => _readerWaits = true;

    public void Consume(int length)
    {
        _readerWaits = false;
        _round?.OnConsuming(Unread);
        Consumed += (ulong)length;
        if (_held > 0)
        {
            GiveBack(LeastReleased);
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

        if (_round?.WindowFitFor(now, Received, Consumed, path) is { } fit)
        {
            Resize(fit);
            if (!(rides ? GrantMayRide : GrantIsDue))
            {
                return false;
            }
        }

        offset = Consumed + (ulong)Window;
        _round?.OnGranted(_granted, offset, Consumed, now);
        _granted = offset;
        GiveBack(least: 1);
        return true;
    }

    /// <summary>
    /// A grown window goes back to the first credit, by half for each interval in which no DATA came: what was granted stays with the peer,
    /// but is not renewed.
    /// </summary>
    public void ShrinkIfIdle(Instant now, TimeSpan interval)
    {
        if (Window > _first && Unread == 0 && now - _quietSince >= interval)
        {
            _quietSince = now;
            Window = Math.Max(_first, Window / 2);
            GiveBack(least: 1);
        }
    }

    /// <summary>The connection is over: nothing more can arrive.</summary>
    public void End()
    {
        _most = Window;
        _budget.Return(_held);
        _held = 0;
    }

    /// <summary>Doubles at most, and halves at most: one odd measurement decides little.</summary>
    private void Resize(long fit)
    {
        int target = (int)Math.Clamp(fit, Math.Max(_least, Window / 2), Math.Min(_most, Window * 2L));
        if (target > Window)
        {
            int missing = Math.Max(0, target - _first) - _held;
            _held += missing > 0 ? _budget.Take(missing) : 0;
            target = Math.Max(Window, Math.Min(target, _first + _held));
        }

        Window = target;
        GiveBack(least: 1);
    }

    private void GiveBack(int least)
    {
        int excess = _held - (int)Math.Max(0, Math.Max(Window, Exposure) - _first);
        if (excess >= least)
        {
            _held -= excess;
            _budget.Return(excess);
        }
    }
}
