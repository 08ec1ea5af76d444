namespace Liveness.Tests.InBand;

/// <summary>One direction of bulk data in virtual time: a writer with <see cref="SendCredit"/>, a link of some rate and delay whose queue
/// is without limit,
/// and a reader with <see cref="CreditWindow"/>.</summary>
internal sealed class ModelledTransfer
{
    private readonly PriorityQueue<Action, (long At, long Order)> _events = new();
    private SendCredit _credit;
    private CreditWindow _window;
    private readonly TimeSpan _bound;
    private Instant _now = new(TimeSpan.TicksPerHour);
    private Instant _linkIsFree;
    private Instant _readerIsFree;
    private bool _readerIsBusy;
    private TimeSpan? _minRoundTrip;
    private long _order;
    private long _toSend;

    public ModelledTransfer(TimeSpan bound, UnreadBudget? budget = null, int first = HeartbeatDefaults.ReceiveWindow, int most = HeartbeatDefaults.MaxReceiveWindow)
    {
        _bound = bound;
        _window = new CreditWindow(first, most, budget ?? new UnreadBudget(HeartbeatDefaults.UnreadBudget));
        _credit.Open((ulong)first);
    }

    public ref CreditWindow Window => ref _window;

    public double LinkBytesPerSecond { get; set; } = double.PositiveInfinity;

    public TimeSpan Delay { get; set; }

    public double ReaderBytesPerSecond { get; set; } = double.PositiveInfinity;

    public int ReadSize { get; set; } = 16 * 1024;

    public int FrameSize { get; set; } = 16 * 1024;

    /// <summary>Whether beats have measured the empty path.</summary>
    public bool HasBeats { get; set; } = true;

    /// <summary>The largest window that was seen, and the smallest.</summary>
    public (int Least, int Most) Windows { get; private set; } = (int.MaxValue, 0);

    public long LargestExposure { get; private set; }

    public void Write(long bytes)
    {
        _toSend += bytes;
        Send();
    }

    /// <summary>Also a way to write at a pace: every so often so much.</summary>
    public void WriteEvery(TimeSpan interval, int bytes, TimeSpan during)
    {
        for (TimeSpan at = TimeSpan.Zero; at < during; at += interval)
        {
            At(_now + at, () => Write(bytes));
        }
    }

    /// <returns>Bytes read per second.</returns>
    public double Run(double seconds)
    {
        ulong before = Window.Consumed;
        Instant until = _now + TimeSpan.FromSeconds(seconds);
        while (_events.TryPeek(out Action? next, out (long At, long Order) due) && due.At <= until.Ticks)
        {
            _events.Dequeue();
            _now = new Instant(due.At);
            next();
            Windows = (Math.Min(Windows.Least, Window.Window), Math.Max(Windows.Most, Window.Window));
            LargestExposure = Math.Max(LargestExposure, Window.Exposure);
        }

        _now = until;
        return (Window.Consumed - before) / seconds;
    }

    public void Idle(double seconds)
    {
        for (int i = 0; i < seconds; i++)
        {
            Run(1);
            Window.ShrinkIfIdle(_now, TimeSpan.FromSeconds(1));
        }
    }

    private void Send()
    {
        while (_toSend > 0 && _credit.Available > 0)
        {
            int length = (int)Math.Min(_toSend, Math.Min(_credit.Available, FrameSize));
            _credit.Spend(length);
            _toSend -= length;
            _linkIsFree = Instant.Max(_linkIsFree, _now) + TimeSpan.FromSeconds(length / LinkBytesPerSecond);
            At(_linkIsFree + Delay, () => Arrive(length));
        }
    }

    private void Arrive(int length)
    {
        Window.TryReceive(length, _now).Should().BeTrue();
        Read();
    }

    private void Read()
    {
        if (_readerIsBusy)
        {
            return;
        }

        if (Window.Unread == 0)
        {
            Window.OnReaderWaits();
            return;
        }

        int length = Math.Min(Window.Unread, ReadSize);
        Window.Consume(length);
        _readerIsBusy = true;
        _readerIsFree = _now + TimeSpan.FromSeconds(length / ReaderBytesPerSecond);
        Grant();
        At(_readerIsFree, () =>
        {
            _readerIsBusy = false;
            Read();
        });
    }

    private void Grant()
    {
        TimeSpan queued = _linkIsFree > _now ? _linkIsFree - _now : TimeSpan.Zero;
        TimeSpan roundTrip = (Delay * 2) + queued;
        _minRoundTrip = _minRoundTrip is { } least && least < roundTrip ? least : Delay * 2;
        PathFacts path = HasBeats ? new PathFacts(_bound, roundTrip, _minRoundTrip) : new PathFacts(_bound, null, null);
        if (Window.TryTakeGrant(_now, path, rides: false, out ulong offset))
        {
            At(_now + Delay, () =>
            {
                _credit.Raise(offset).Should().Be(ProtocolRule.None);
                Send();
            });
        }
    }

    private void At(Instant at, Action action) => _events.Enqueue(action, (at.Ticks, _order++));
}
