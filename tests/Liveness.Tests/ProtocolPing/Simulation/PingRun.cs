using System.Net.Sockets;
using Liveness.KeepAlive;
using Liveness.ProtocolPing;

namespace Liveness.Tests.ProtocolPing.Simulation;

/// <summary>
/// One schedule, played in steps of a millisecond. What is received is noticed as the owner notices it: at once where the machine waits for
/// it, else at the next look.
/// </summary>
internal sealed class PingRun : ITransportWitness
{
    private readonly PingSchedule _schedule;
    private readonly PingMachine _machine;
    private readonly bool _looksAlways;
    private readonly PriorityQueue<int, int> _incoming = new();
    private PauseLedger _pauses = PauseLedger.Empty;
    private PauseLedger _spells = PauseLedger.Empty;
    private PingRate _rate;
    private int _now;
    private int _nextAct;
    private int? _stamp;
    private int? _postedAt;
    private int? _writtenAt;
    private int? _returnsAt;
    private int _ranOutOfTime = -2;
    private bool _returnsWithAnswer;
    private int _pings;
    private long _behindHole;
    private LivenessState _state = LivenessState.Alive;
    private ConnectionConditions _conditions;

    public PingRun(PingSchedule schedule, bool looksAlways)
    {
        _schedule = schedule;
        _looksAlways = looksAlways;
        _rate = PingRig.Rate(schedule.DetectWithin < 0 ? -1 : schedule.DetectWithin / 1_000.0, schedule.PingInterval / 1_000.0);
        _machine = new PingMachine(_rate, (ulong)schedule.Seed, At(0));
        foreach (int at in schedule.Data)
        {
            _incoming.Enqueue(at, at);
        }
    }

    public List<(int At, string What)> Log { get; } = [];

    public LossKind? Loss { get; private set; }

    public int LostAt => _now;

    public bool HasClosed => _machine.HasClosed;

    public PingRate Rate => _rate;

    public PauseLedger Pauses => _pauses;

    /// <summary>As the machine measured it: what our own pool added is in it, too.</summary>
    public TimeSpan AnswerTime => _machine.RoundTrip is { } trip && trip < _rate.DetectWithin ? trip : _rate.DetectWithin;

    /// <summary>When the newest byte was received by the application.</summary>
    public int LastReceived { get; private set; }

    /// <summary>The newest moment at which the bound was changed.</summary>
    public int ChangedAt { get; private set; }

    public int ProbesAsked { get; private set; }

    public int Answers { get; private set; }

    public long Looks { get; private set; }

    public PingRun Run()
    {
        int wake = NextWake();
        for (_now = 0; _now < _schedule.End; _now++)
        {
            if (IsIn(_schedule.Pauses, out PingSpan pause))
            {
                if (pause.To - 1 == _now)
                {
                    _pauses = _pauses.Add(At(pause.From), At(pause.To));
                }

                continue;
            }

            if (IsIn(_schedule.Lags, out PingSpan lag) && lag.To - 1 == _now)
            {
                _spells = _spells.Add(At(lag.From), At(lag.To));
            }

            bool changed = Receive() | Act() | RunPool();
            wake = changed ? NextWake() : wake;
            if (_looksAlways || _now >= wake)
            {
                Look();
                wake = NextWake();
            }

            Note();
            if (Loss is not null || _machine.HasClosed)
            {
                break;
            }
        }

        return this;
    }

    WitnessReading ITransportWitness.Read()
    {
        bool waits = IsIn(_schedule.Lags, out _) && _incoming.TryPeek(out int at, out _) && at <= _now;
        TcpInfoSnapshot? kernel = !_schedule.KnowsKernel ? null : new TcpInfoSnapshot { OutOfOrderSegments = _behindHole };
        return new WitnessReading(_schedule.HidesReads ? null : waits ? 1 : 0, _schedule.HidesReads, ReadNotParsed: false, kernel);
    }

    private static Instant At(int milliseconds) => PingRig.At(milliseconds);

    private LocalHealth Health => new(_pauses, PoolLag) { PoolSpells = _spells };

    private TimeSpan PoolLag =>
        IsIn(_schedule.Lags, out PingSpan lag) ? TimeSpan.FromMilliseconds(_now - lag.From) : TimeSpan.Zero;

    private int NextWake()
    {
        Instant wake = _machine.NextWake(At(_now), Health);
        return wake == Instant.Never ? int.MaxValue : (int)Math.Min(int.MaxValue, Math.Ceiling((wake - At(0)).TotalMilliseconds));
    }

    private void Look()
    {
        Looks++;
        PullStamp();
        Loss = _machine.Tick(At(_now), Health, this).Loss;
        if (Loss is { } loss)
        {
            Log.Add((_now, $"lost: {loss}"));
        }

        Settle();
    }

    /// <summary>As the owner does after anything that the machine was told.</summary>
    private void Settle()
    {
        if (_machine.CanPing)
        {
            _machine.TakePing(At(_now));
            _postedAt = _now;
        }

        if (_machine.AwaitsByte)
        {
            PullStamp();
        }

        if (_machine.TakeAnswer() is not null)
        {
            Answers++;
        }
    }

    private bool Receive()
    {
        bool noticed = false;
        while (!IsIn(_schedule.Lags, out _) && _incoming.TryPeek(out int at, out _) && at <= _now)
        {
            _incoming.Dequeue();
            if (at < _schedule.CutAt)
            {
                LastReceived = _now;
                _stamp = _now;
                if (_machine.AwaitsByte)
                {
                    PullStamp();
                    Settle();
                    noticed = true;
                }
            }
        }

        return noticed;
    }

    private void PullStamp()
    {
        if (_stamp is { } stamp)
        {
            _stamp = null;
            _machine.OnReceived(At(stamp));
        }
    }

    /// <summary>The application's call, on the pool.</summary>
    private bool RunPool()
    {
        if (_writtenAt is { } at && at <= _now)
        {
            int answered = at + _schedule.AnswerTime(_pings);
            _incoming.Enqueue(answered, answered);
            _writtenAt = null;
        }

        if (IsIn(_schedule.Lags, out _))
        {
            return false;
        }

        bool ran = false;
        if (_postedAt is not null)
        {
            _postedAt = null;
            PullStamp();
            _machine.OnPingBegins(At(_now), Health);
            Log.Add((_now, "ping"));
            int written = _now + _schedule.SendsFor;
            written = IsIn(_schedule.Blocks, out PingSpan block) ? Math.Max(written, block.To) : written;
            _pings++;
            _writtenAt = _returnsAt = written;
            _returnsWithAnswer = _schedule.WaitsForAnswer;
            Settle();
            ran = true;
        }

        bool answerIsThere = !_returnsWithAnswer || LastReceived >= _returnsAt;
        if (_returnsAt <= _now && _writtenAt is null && answerIsThere)
        {
            _returnsAt = null;
            _machine.OnPingSent();
            Look();
            ran = true;
        }

        return ran;
    }

    private bool Act()
    {
        bool acted = false;
        for (; _nextAct < _schedule.Acts.Count && _schedule.Acts[_nextAct].At <= _now; _nextAct++)
        {
            Act(_schedule.Acts[_nextAct].What, _schedule.Acts[_nextAct].Amount);
            acted = true;
        }

        return acted;
    }

    private void Act(PingAct what, int amount)
    {
        switch (what)
        {
            case PingAct.Probe:
                PullStamp();
                ProbesAsked++;
                _machine.RequestPing();
                Settle();
                break;
            case PingAct.RunsOutOfTime when _returnsAt is not null && _ranOutOfTime < _pings - 1:
                _ranOutOfTime = _pings;
                Fail(new TimeoutException());
                break;
            case PingAct.Fails when _returnsAt is not null:
                Fail(new IOException("gone", new SocketException((int)SocketError.ConnectionReset)));
                break;
            case PingAct.Change:
                PullStamp();
                ChangedAt = _now;
                _rate = PingRig.Rate(Math.Max(0.1, _schedule.DetectWithin * amount * 0.0005), _schedule.PingInterval / 1_000.0);
                _machine.Change(_rate, At(_now), Health);
                Settle();
                break;
            case PingAct.SegmentBehindHole:
                _behindHole++;
                break;
        }
    }

    private void Fail(Exception failure)
    {
        _writtenAt = _returnsAt = null;
        _machine.OnPingFailed(failure, At(_now));
        Look();
    }

    private void Note()
    {
        if (_machine.State != _state || _machine.Conditions != _conditions)
        {
            (_state, _conditions) = (_machine.State, _machine.Conditions);
            Log.Add((_now, $"{_state}, {_conditions}"));
        }
    }

    private bool IsIn(List<PingSpan> spans, out PingSpan found)
    {
        foreach (PingSpan span in spans)
        {
            if (span.Contains(_now))
            {
                found = span;
                return true;
            }
        }

        found = default;
        return false;
    }
}
