using Liveness.Tests.Support;

namespace Liveness.Tests.Simulation;

/// <summary>One of two machines that beat at each other; times are milliseconds.</summary>
internal sealed class RoleEnd(HeartbeatPlan plan, WireIntervals peer, ulong seed, BeatRole role)
{
    private readonly HeartbeatMachine _machine = new(plan, peer, seed, MachineRig.At(0), MachineRig.At(0), role);
    private readonly Queue<(double At, BeatFrame? Beat, RateFrame? Rate)> _arriving = new();
    private PauseLedger _pauses = PauseLedger.Empty;
    private double _pausedUntil;
    private double _lastArrival;
    private double _lastSentAt;
    private double _longest = double.PositiveInfinity;
    private double _wake;

    public HeartbeatMachine Machine => _machine;

    /// <summary>When each beat left.</summary>
    public List<double> Beats { get; } = [];

    /// <summary>When each beat of the other end was taken in.</summary>
    public List<double> Heard { get; } = [];

    /// <summary>What this end did wrong; null = nothing.</summary>
    public string? Fault { get; private set; }

    /// <summary>When something happens here next.</summary>
    public double Next => Math.Max(_pausedUntil, Math.Min(_wake, _arriving.TryPeek(out (double At, BeatFrame?, RateFrame?) first) ? first.At : double.PositiveInfinity));

    public void Arrive(double at, BeatFrame? beat, RateFrame? rate)
    {
        _lastArrival = Math.Max(_lastArrival, at);
        _arriving.Enqueue((_lastArrival, beat, rate));
    }

    public void Pause(double now, double until)
    {
        _pausedUntil = Math.Max(_pausedUntil, until);
        _pauses = _pauses.Add(MachineRig.At(now), MachineRig.At(until));
        _longest += until - now;
    }

    public void ChangeRate(HeartbeatRate rate)
    {
        _machine.ChangeRate(rate);
        _wake = 0;
    }

    public void Probe(double now)
    {
        _machine.RequestProbe(MachineRig.At(now));
        _wake = 0;
    }

    /// <summary>Runs at a time at which it can.</summary>
    public void Run(double now, Action<BeatFrame?, RateFrame?> send)
    {
        LocalHealth health = new(_pauses, TimeSpan.Zero);
        Instant at = MachineRig.At(now);
        while (_arriving.TryPeek(out (double At, BeatFrame? Beat, RateFrame? Rate) first) && first.At <= now)
        {
            _arriving.Dequeue();
            _machine.OnReceived(at);
            ProtocolRule broken = first.Beat is { } beat ? _machine.OnBeat(beat, default, at, out _) : _machine.OnRate(first.Rate!.Value, at);
            Fault ??= broken == ProtocolRule.None ? null : $"finds {broken} at {now}";
            if (first.Beat is not null)
            {
                Heard.Add(now);
            }
        }

        if (_wake <= now && _machine.Tick(at, default, health, NullTransportWitness.Instance).Loss is { } loss)
        {
            Fault ??= $"loses the other as {loss} at {now}";
        }

        NoteInterval();
        if (_machine.CanSendRate(at))
        {
            CheckInterval(now);
            send(null, _machine.TakeRate(at));
        }

        if (_machine.CanSendBeat(at))
        {
            CheckInterval(now);
            send(_machine.TakeBeat(at, default, health), null);
            Beats.Add(now);
        }

        NoteInterval();
        Instant wake = _machine.NextWake(at, health);
        _wake = wake == Instant.Never ? double.PositiveInfinity : Math.Ceiling((wake - MachineRig.At(0)).TotalMilliseconds);
    }

    /// <summary>A RATE may take the place of a beat.</summary>
    private void CheckInterval(double now)
    {
        Fault ??= now - _lastSentAt <= _longest + 1 ? null : $"beats after {now - _lastSentAt} at {now}, agreed was {_longest}";
        _lastSentAt = now;
        _longest = 0;
    }

    /// <summary>It may change at any time.</summary>
    private void NoteInterval() => _longest = Math.Max(_longest, _machine.Timing.SendInterval.TotalMilliseconds);
}
