namespace Liveness.Tests.Simulation;

/// <summary>Two ends, the link between them, and virtual time. The invariants are checked as it runs.</summary>
internal sealed class SimulatedConnection
{
    private const int MostSteps = 2_000_000;

    private readonly TraceRing _trace = new();
    private readonly SimulatedPipe _forth;
    private readonly SimulatedPipe _back;
    private Instant _now = new(TimeSpan.FromHours(1).Ticks);
    private int _stepsAtOnce;

    public SimulatedConnection(EndProfile a, EndProfile b, int seed = 1)
    {
        Start = _now;
        _forth = new SimulatedPipe(seed);
        _back = new SimulatedPipe(seed + 1);
        A = new SimulatedEnd("A", a, _now, _back, _forth, _trace);
        B = new SimulatedEnd("B", b, _now, _forth, _back, _trace);
        A.Wire.Peer = B.Wire;
        B.Wire.Peer = A.Wire;
        Verdicts verdicts = new(this);
        A.Ended += verdicts.Check;
        B.Ended += verdicts.Check;
    }

    public Instant Start { get; }

    public Instant Now => _now;

    public TimeSpan Elapsed => _now - Start;

    public SimulatedEnd A { get; }

    public SimulatedEnd B { get; }

    /// <summary>From A to B.</summary>
    public SimulatedPipe Forth => _forth;

    /// <summary>From B to A.</summary>
    public SimulatedPipe Back => _back;

    public Timeline Timeline { get; } = new();

    public long Steps { get; private set; }

    public SimulatedEnd PeerOf(SimulatedEnd end) => end == A ? B : A;

    /// <summary>In so many seconds from the start.</summary>
    public void At(double seconds, Action<Instant> action) => Timeline.At(Start + TimeSpan.FromSeconds(seconds), action);

    /// <summary>The end does not run at all for a while.</summary>
    public void Pause(SimulatedEnd end, double atSeconds, double seconds)
    {
        At(atSeconds, end.Pause);
        At(atSeconds + seconds, end.Resume);
    }

    public void Lag(SimulatedEnd end, double atSeconds, double seconds)
    {
        At(atSeconds, end.BeginLag);
        At(atSeconds + seconds, end.EndLag);
    }

    public void Stall(SimulatedPipe pipe, double atSeconds, double seconds)
    {
        At(atSeconds, _ => pipe.Conditions.IsStalled = true);
        At(atSeconds + seconds, _ => pipe.Conditions.IsStalled = false);
    }

    public void Cut(SimulatedPipe pipe, double atSeconds, bool acknowledges = false) => At(atSeconds, _ =>
    {
        pipe.Conditions.CutAcknowledges = acknowledges;
        pipe.Conditions.IsCut = true;
    });

    /// <summary>From then on both applications read all, write the rest and close.</summary>
    public void FinishAt(double seconds) => At(seconds, _ =>
    {
        A.Finish();
        B.Finish();
    });

    /// <summary>Who takes part, over what, and what happened last.</summary>
    public override string ToString() => string.Join(
        Environment.NewLine,
        $"from {Start} to {_now}",
        A.ToString(),
        B.ToString(),
        $"A to B: {_forth.Conditions.Current}",
        $"B to A: {_back.Conditions.Current}",
        _trace.ToString());

    /// <summary>Runs until both ends are gone, or so many seconds after the start.</summary>
    public void Run(double untilSeconds)
    {
        Instant until = Start + TimeSpan.FromSeconds(untilSeconds);
        while (!(A.IsGone && B.IsGone))
        {
            Instant next = NextEvent();
            if (next > until)
            {
                _now = until;
                return;
            }

            _stepsAtOnce = next <= _now ? _stepsAtOnce + 1 : 0;
            _now = Instant.Max(_now, next);
            Steps++;
            if (_stepsAtOnce > 10_000 || Steps > MostSteps)
            {
                throw new SimulationFailure($"{_now}: no progress; due: timeline {Timeline.Next}, A {A.Due}, B {B.Due}, forth {_forth.NextEvent(_now)}, back {_back.NextEvent(_now)}");
            }

            Step();
        }
    }

    private Instant NextEvent()
    {
        Instant ends = Instant.Min(A.NextDue(_now), B.NextDue(_now));
        Instant pipes = Instant.Min(_forth.NextEvent(_now), _back.NextEvent(_now));
        return Instant.Min(Timeline.Next, Instant.Min(ends, pipes));
    }

    private void Step()
    {
        Timeline.RunDue(_now);
        _forth.NextEvent(_now);
        _back.NextEvent(_now);
        A.Run(_now);
        B.Run(_now);
        A.Wire.Observe();
        B.Wire.Observe();
        if (_forth.TakeRefusal())
        {
            _back.Reset(_now);
        }

        if (_back.TakeRefusal())
        {
            _forth.Reset(_now);
        }
    }
}
