using Liveness.KeepAlive;
using Liveness.Tests.Support;

namespace Liveness.Tests.Simulation.Laziness;

/// <summary>One schedule, played in steps of a millisecond: everything but the looks happens at the same times, whoever looks.</summary>
internal sealed class MachineRun : ITransportWitness
{
    private readonly MachineSchedule _schedule;
    private readonly HeartbeatPlan _plan;
    private readonly HeartbeatMachine _machine;
    private readonly ScheduledPeer _peer;
    private readonly bool _looksAlways;
    private readonly Queue<(int At, BeatFrame? Beat, RateFrame? Rate)> _out = new();
    private readonly Queue<(int At, BeatFrame? Beat, RateFrame? Rate)> _back = new();
    private StreamCounts _counts;
    private PauseLedger _pauses = PauseLedger.Empty;
    private int _now;
    private int _nextAct;
    private int _lastOut;
    private int _lastBack;
    private long _acknowledged = 5;
    private long _behindHole;
    private LivenessState _state = LivenessState.Alive;
    private ConnectionConditions _conditions;

    public MachineRun(MachineSchedule schedule, bool looksAlways)
    {
        _schedule = schedule;
        _looksAlways = looksAlways;
        _plan = HeartbeatPlan.Create(new HeartbeatOptions
        {
            DetectWithin = Milliseconds(schedule.DetectWithin),
            MinReceiveInterval = Milliseconds(schedule.MinReceive),
            StalledAfter = Milliseconds(schedule.StalledAfter),
        });
        HeartbeatRate peer = HeartbeatRate.Derive(Milliseconds(schedule.PeerDetectWithin), Milliseconds(schedule.PeerMinTransmit), Milliseconds(schedule.PeerMinReceive));
        _peer = new ScheduledPeer(schedule, peer.Wire, _plan.Rate.Wire);
        _machine = new HeartbeatMachine(_plan, peer.Wire, (ulong)schedule.Seed, MachineRig.At(0), MachineRig.At(0), (BeatRole)(schedule.Seed % 3));
    }

    /// <summary>What was said, when.</summary>
    public List<(int At, string What)> Log { get; } = [];

    public LossKind? Loss { get; private set; }

    public TimeSpan Tick => _plan.Rate.Tick;

    public long Looks { get; private set; }

    public MachineRun Run()
    {
        int wake = 0;
        for (_now = 0; _now < _schedule.End && Loss is null; _now++)
        {
            RunPeer();
            if (IsIn(_schedule.Pauses, out MachineSchedule.Span pause))
            {
                if (pause.To - 1 == _now)
                {
                    _pauses = _pauses.Add(MachineRig.At(pause.From), MachineRig.At(pause.To));
                }

                continue;
            }

            bool changed = Deliver() | Act();
            wake = changed ? NextWake() : wake;
            if (_looksAlways || _now >= wake)
            {
                Look();
                changed = true;
            }

            changed |= Send();
            wake = changed ? NextWake() : wake;
            Note();
        }

        return this;
    }

    WitnessReading ITransportWitness.Read()
    {
        bool waits = IsLagging && _back.TryPeek(out (int At, BeatFrame?, RateFrame?) first) && first.At <= _now;
        TcpInfoSnapshot? kernel = !_schedule.KnowsKernel ? null : new TcpInfoSnapshot { BytesAcknowledged = _acknowledged, OutOfOrderSegments = _behindHole };
        return new WitnessReading(_schedule.HidesReads ? null : waits ? 1 : 0, _schedule.HidesReads, ReadNotParsed: false, kernel);
    }

    private static TimeSpan Milliseconds(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private bool IsLagging => IsIn(_schedule.Lags, out _);

    private LocalHealth Health => new(_pauses, IsIn(_schedule.Lags, out MachineSchedule.Span lag) ? Milliseconds(_now - lag.From) : TimeSpan.Zero);

    private int NextWake()
    {
        Instant wake = _machine.NextWake(MachineRig.At(_now), Health);
        return wake == Instant.Never ? int.MaxValue : (int)Math.Min(int.MaxValue, Math.Ceiling((wake - MachineRig.At(0)).TotalMilliseconds));
    }

    private void Look()
    {
        Looks++;
        Loss = _machine.Tick(MachineRig.At(_now), _counts, Health, this).Loss;
        if (Loss is { } loss)
        {
            Log.Add((_now, $"lost: {loss}"));
        }
    }

    private bool Send()
    {
        bool sent = false;
        if (IsIn(_schedule.Blocks, out _))
        {
            return false;
        }

        if (_machine.CanSendRate(MachineRig.At(_now)))
        {
            Put(_out, ref _lastOut, _schedule.OutDelay, _schedule.OutStalls, _schedule.OutCutAt, null, _machine.TakeRate(MachineRig.At(_now)));
            sent = true;
        }

        if (_machine.CanSendBeat(MachineRig.At(_now)))
        {
            BeatFrame beat = _machine.TakeBeat(MachineRig.At(_now), _counts, Health);
            Log.Add((_now, $"beat {beat.Flags}"));
            Put(_out, ref _lastOut, _schedule.OutDelay, _schedule.OutStalls, _schedule.OutCutAt, beat, null);
            sent = true;
        }

        return sent;
    }

    /// <summary>In order, and as late as the link is.</summary>
    private void Put(
        Queue<(int, BeatFrame?, RateFrame?)> pipe, ref int last, int delay, List<MachineSchedule.Span> stalls, int cutAt, BeatFrame? beat, RateFrame? rate)
    {
        int at = _now + delay;
        foreach (MachineSchedule.Span stall in stalls)
        {
            at = stall.Contains(at) ? stall.To : at;
        }

        last = Math.Max(last, at);
        if (last < cutAt)
        {
            pipe.Enqueue((last, beat, rate));
        }
    }

    private void RunPeer()
    {
        while (_out.TryPeek(out (int At, BeatFrame? Beat, RateFrame? Rate) next) && next.At <= _now)
        {
            _out.Dequeue();
            if (next.Beat is { } beat)
            {
                _peer.Hear(beat, _now);
            }
            else
            {
                _peer.Hear(next.Rate!.Value, _now);
            }
        }

        if (_peer.RateToSend is not null)
        {
            Put(_back, ref _lastBack, _schedule.BackDelay, _schedule.BackStalls, _schedule.BackCutAt, null, _peer.TakeRate());
        }

        if (_peer.Beat(_now) is { } due)
        {
            Put(_back, ref _lastBack, _schedule.BackDelay, _schedule.BackStalls, _schedule.BackCutAt, due, null);
        }
    }

    private bool Deliver()
    {
        bool arrived = false;
        while (!IsLagging && _back.TryPeek(out (int At, BeatFrame? Beat, RateFrame? Rate) next) && next.At <= _now)
        {
            _back.Dequeue();
            Instant now = MachineRig.At(_now);
            _machine.OnReceived(now);
            ProtocolRule broken = next.Beat is { } beat ? _machine.OnBeat(beat, _counts, now, out _) : _machine.OnRate(next.Rate!.Value, now);
            broken.Should().Be(ProtocolRule.None, "seed {0} at {1}", _schedule.Seed, _now);
            arrived = true;
        }

        return arrived;
    }

    private bool Act()
    {
        bool acted = false;
        for (; _nextAct < _schedule.Acts.Count && _schedule.Acts[_nextAct].At <= _now; _nextAct++)
        {
            acted = true;
            Act(_schedule.Acts[_nextAct].What, _schedule.Acts[_nextAct].Amount);
        }

        return acted;
    }

    private void Act(MachineSchedule.Act what, int amount)
    {
        switch (what)
        {
            case MachineSchedule.Act.Probe:
                _machine.RequestProbe(MachineRig.At(_now));
                break;
            case MachineSchedule.Act.ChangeRate:
                _machine.ChangeRate(HeartbeatRate.Derive(Milliseconds(_schedule.DetectWithin * amount * 0.5 is var next && next < 100 ? 100 : next), Milliseconds(20), Milliseconds(_schedule.MinReceive)));
                break;
            case MachineSchedule.Act.PeerChangesRate:
                uint rx = (uint)(_schedule.PeerDetectWithin / 8 * amount);
                _peer.ChangeRate(new WireIntervals(rx, Math.Min(rx, (uint)_schedule.PeerMinReceive), (uint)_schedule.PeerMinTransmit));
                break;
            case MachineSchedule.Act.Data:
                _machine.OnReceived(MachineRig.At(_now));
                SetCounts(_counts with { Received = _counts.Received + (ulong)amount });
                break;
            case MachineSchedule.Act.Consume:
                SetCounts(_counts with { Consumed = Math.Min(_counts.Received, _counts.Consumed + (ulong)amount) });
                break;
            case MachineSchedule.Act.SendData:
                _counts = _counts with { Sent = _counts.Sent + (ulong)amount };
                _machine.OnDataSent(MachineRig.At(_now));
                break;
            case MachineSchedule.Act.PeerTakesData:
                _peer.Take((ulong)amount, _counts.Sent);
                _acknowledged += amount;
                break;
            case MachineSchedule.Act.PeerConsumes:
                _peer.Consume((ulong)amount);
                break;
            default:
                _behindHole++;
                break;
        }
    }

    private void SetCounts(StreamCounts counts)
    {
        _counts = counts;
        _machine.OnConsumption(counts, MachineRig.At(_now));
    }

    private void Note()
    {
        if (_machine.State != _state || _machine.Conditions != _conditions)
        {
            (_state, _conditions) = (_machine.State, _machine.Conditions);
            Log.Add((_now, $"{_state}, {_conditions}"));
        }
    }

    private bool IsIn(List<MachineSchedule.Span> spans, out MachineSchedule.Span found)
    {
        foreach (MachineSchedule.Span span in spans)
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
