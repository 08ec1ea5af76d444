using Liveness.KeepAlive;

namespace Liveness.Tests.Simulation;

/// <summary>One end: the production session, a scheduler, a process that may pause, and a thread pool that may lag.</summary>
internal sealed partial class SimulatedEnd : ITransportWitness
{
    private static readonly TimeSpan s_leastAdvance = TimeSpan.FromMilliseconds(1);

    private readonly SimulatedPipe _incoming;
    private readonly SimulatedPipe _outgoing;
    private readonly TraceRing _trace;
    private readonly List<Action<Instant>> _requests = [];
    private readonly Queue<(Instant End, TimeSpan Length)> _silences = new();
    private PauseLedger _pauses = PauseLedger.Empty;
    private Instant _wake = Instant.Never;
    private Instant? _pausedSince;
    private Instant? _laggingSince;
    private PauseLedger _lags = PauseLedger.Empty;
    private ulong _holePackets;
    private Instant _tickedAt;
    private int _ticksInARow;

    public SimulatedEnd(string name, EndProfile profile, Instant start, SimulatedPipe incoming, SimulatedPipe outgoing, TraceRing trace)
    {
        Name = name;
        Profile = profile;
        _incoming = incoming;
        _outgoing = outgoing;
        _trace = trace;
        _wake = start + profile.StartsAfter;
        Budget = new UnreadBudget(profile.UnreadBudget);
        Session = new InBandSession(profile.Plan, 1, EndpointIds.StartingAt(profile.FirstSequence, name[0]), budget: Budget) { RecordSize = profile.RecordSize };
        Wire = new WireRules(this);
        _dice = new Random((int)profile.FirstSequence);
        LastTaken = start;
    }

    public string Name { get; }

    public EndProfile Profile { get; }

    public InBandSession Session { get; }

    public WireRules Wire { get; }

    /// <summary>What its window grows by is taken from here; nobody else takes any.</summary>
    public UnreadBudget Budget { get; }

    public SimulatedPipe Incoming => _incoming;

    public SimulatedPipe Outgoing => _outgoing;

    /// <summary>When it ended; null = not yet.</summary>
    public Instant? EndedAt { get; private set; }

    public Instant LastTaken { get; private set; }

    public Instant LastDataTaken { get; private set; }

    /// <summary>The most patient deadline since the last byte.</summary>
    public TimeSpan LongestDeadline { get; private set; }

    public Instant? HolesSince { get; private set; }

    public bool IsPaused => _pausedSince is not null;

    public bool IsLagging => _laggingSince is not null;

    public PauseLedger Pauses => _pauses;

    public event Action<SimulatedEnd, Instant>? Ended;

    public LocalHealth Health(Instant now) => new(_pauses, _laggingSince is { } since ? now - since : TimeSpan.Zero);

    /// <summary>How long, in the interval, this process could not run, with a pause that goes on.</summary>
    public TimeSpan PausedWithin(Instant from, Instant to) => Within(_pauses, _pausedSince, from, to);

    public TimeSpan LaggedWithin(Instant from, Instant to) => Within(_lags, _laggingSince, from, to);

    /// <summary>The longest time without a byte that goes on or has ended since then, without the pool lag in it.</summary>
    public TimeSpan LongestSilenceSince(Instant since, Instant now)
    {
        TimeSpan longest = now - LastTaken - LaggedWithin(LastTaken, now);
        foreach ((Instant end, TimeSpan length) in _silences)
        {
            longest = end >= since && length > longest ? length : longest;
        }

        return longest;
    }

    public void Pause(Instant now)
    {
        _trace.Note(now, Name, "pauses");
        _pausedSince ??= now;
    }

    /// <summary>Runs again: the pause enters the ledger before anything is judged.</summary>
    public void Resume(Instant now)
    {
        if (_pausedSince is { } since)
        {
            _trace.Note(now, Name, "resumes after ms", (long)(now - since).TotalMilliseconds);
            _pauses = _pauses.Add(since, now);
            _pausedSince = null;
        }
    }

    public void BeginLag(Instant now)
    {
        _trace.Note(now, Name, "pool lags");
        _laggingSince ??= now;
    }

    public void EndLag(Instant now)
    {
        if (_laggingSince is { } since)
        {
            _trace.Note(now, Name, "pool is back after ms", (long)(now - since).TotalMilliseconds);
            _lags = _lags.Add(since, now);
            _laggingSince = null;
        }
    }

    /// <summary>Segments arrive behind a hole.</summary>
    public void SeeHole(Instant now)
    {
        _holePackets++;
        HolesSince = now;
    }

    /// <summary>Done by the application as soon as the process runs.</summary>
    public void Request(Action<Instant> request) => _requests.Add(request);

    /// <summary>What it waits for, for a failure.</summary>
    public string Due => $"requests {_requests.Count}, takes in {CanTakeIn}, writes on {CanGoOnWriting}, wake {_wake}, write {NextWrite}, read {NextRead}";

    public Instant NextDue(Instant now)
    {
        if (IsPaused)
        {
            return Instant.Never;
        }

        bool atOnce = (_requests.Count > 0 && Session.IsStarted) || CanTakeIn || CanGoOnWriting;
        return atOnce ? now : Instant.Min(_wake, Instant.Min(NextWrite, NextRead));
    }

    public void Run(Instant now)
    {
        if (IsPaused)
        {
            return;
        }

        if (now >= _wake && !Session.IsStarted)
        {
            _wake = Instant.Never;
            Act(Session.Start(now), now);
        }

        if (!Session.IsStarted)
        {
            return;
        }

        if (now >= _wake)
        {
            _wake = Instant.Never;
            _ticksInARow = now - _tickedAt <= s_leastAdvance ? _ticksInARow + 1 : 0;
            _tickedAt = now;
            Require(_ticksInARow < 20, now, "wakes every millisecond for nothing");
            Act(Session.Tick(now, Health(now), this), now);
            _wake = Instant.Min(_wake, Instant.Max(Session.NextWake(now, Health(now)), now + s_leastAdvance));
        }

        TakeIn(now);
        RunApplication(now);
        Pump(now);
        LetGo(now);
        if (Session.Machine is { } machine && machine.Timing.Deadline > LongestDeadline)
        {
            LongestDeadline = machine.Timing.Deadline;
        }
    }

    WitnessReading ITransportWitness.Read() => new(
        Profile.HidesReads ? null : _incoming.Readable,
        Profile.HidesReads,
        ReadNotParsed: false,
        Profile.HidesReads
            ? null
            : new TcpInfoSnapshot { OutOfOrderSegments = (long)_holePackets, BytesAcknowledged = _outgoing.Acknowledged, BytesSent = _outgoing.Accepted });

    private void Act(SessionSignals signals, Instant now)
    {
        if ((signals & SessionSignals.Wake) != 0)
        {
            _wake = Instant.Min(_wake, Session.NextWake(now, Health(now)));
        }

        _mayRead |= (signals & SessionSignals.Readable) != 0;
        _mayWrite |= (signals & SessionSignals.Writable) != 0;
        _wantsPump |= (signals & SessionSignals.Output) != 0;
        if ((signals & SessionSignals.Ended) != 0)
        {
            _trace.Note(now, Name, Session.Loss is { } loss ? loss.Kind.ToString() : "closed");
            Require(EndedAt is null, now, "has a second terminal event");
            EndedAt = now;
            Ended?.Invoke(this, now);
        }
    }

    public override string ToString() =>
        $"{Name}: T {Profile.Plan.DetectWithin}, wants {Profile.Plan.Rate.Wire}, now {Session.Machine?.Timing}, hides reads {Profile.HidesReads}, window {Profile.Plan.ReceiveWindow}, "
        + $"close {Profile.Plan.CloseTimeout}, written {Written} of {Profile.WriteTotal}, read {ReadTotal}, {Session.Counts}, unsent {Session.Unsent}, blocked {IsBlocked}, "
        + $"ended {EndedAt}: {Session.Loss?.Kind} {Session.Loss?.Goodbye}, gone {GoneAt}, aborted {Aborted}, close began {CloseBeganAt}, outcome {Session.Outcome}";

    public void Note(Instant now, string what, long first = 0, long second = 0) => _trace.Note(now, Name, what, first, second);

    public void Require(bool holds, Instant now, string otherwise)
    {
        if (!holds)
        {
            throw new SimulationFailure($"{now} {Name}: {otherwise}");
        }
    }

    private void NoteSilence(Instant now)
    {
        if (now > LastTaken)
        {
            _silences.Enqueue((now, now - LastTaken - LaggedWithin(LastTaken, now)));
            if (_silences.Count > 64)
            {
                _silences.Dequeue();
            }
        }
    }

    private static TimeSpan Within(PauseLedger ledger, Instant? open, Instant from, Instant to)
    {
        TimeSpan past = ledger.Overlap(from, to);
        return open is { } since && since < to ? past + (to - Instant.Max(since, from)) : past;
    }
}
