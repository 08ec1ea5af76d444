namespace Liveness.Tests.Simulation.Laziness;

/// <summary>A peer that keeps every rule of PROTOCOL.md, at the pace that its schedule says, and says honestly what it hears.</summary>
internal sealed class ScheduledPeer(MachineSchedule schedule, WireIntervals own, WireIntervals other)
{
    private readonly Random _dice = new(schedule.Seed);
    private WireIntervals _own = own;
    private WireIntervals _other = other;
    private uint _sequence = 7;
    private BeatFrame? _heard;
    private int _heardBeatAt;
    private int _heardAt;
    private int _lastBeatAt = -1_000_000;
    private int _nextBeatAt;
    private int _answerAt = int.MaxValue;
    private uint _generation;
    private uint _ownGeneration;
    private ulong _received;
    private ulong _consumed;

    public RateFrame? RateToSend { get; private set; }

    /// <summary>S of the peer: the longest that it may be silent.</summary>
    private int Interval
    {
        get
        {
            int wanted = (int)Math.Min(_other.RxMilliseconds, Math.Max(1, schedule.PeerDetectWithin / 4));
            return Math.Max(wanted, (int)Math.Max(_other.MinRxMilliseconds, _own.MinTxMilliseconds));
        }
    }

    public void Hear(BeatFrame beat, int now)
    {
        _heardAt = now;
        _heard = beat;
        _heardBeatAt = now;
        if ((beat.Flags & BeatFlags.AnswerAtOnce) != 0)
        {
            _answerAt = Math.Min(_answerAt, now + schedule.AnswersAfter);
        }
        else if (schedule.BeatsEarly && now - _lastBeatAt >= Interval * 0.75)
        {
            _nextBeatAt = Math.Min(_nextBeatAt, Math.Max(now, _lastBeatAt + (int)_other.MinRxMilliseconds));
        }
    }

    public void Hear(RateFrame rate, int now)
    {
        _heardAt = now;
        _other = rate.Intervals;
        _generation = rate.Generation;
        _nextBeatAt = Math.Min(_nextBeatAt, Math.Max(now, _lastBeatAt + (int)_other.MinRxMilliseconds));
    }

    public void ChangeRate(WireIntervals intervals)
    {
        // One in flight: the next only after this one was confirmed.
        if (_heard is { } heard ? heard.RateGeneration == _ownGeneration : _ownGeneration == 0)
        {
            _own = intervals;
            RateToSend = new RateFrame(intervals, ++_ownGeneration);
        }
    }

    public RateFrame TakeRate()
    {
        RateFrame rate = RateToSend!.Value;
        RateToSend = null;
        return rate;
    }

    public void Take(ulong bytes, ulong sent) => _received = Math.Min(sent, _received + bytes);

    public void Consume(ulong bytes) => _consumed = Math.Min(_received, _consumed + bytes);

    /// <summary>The beat that it sends now, if one is due.</summary>
    public BeatFrame? Beat(int now)
    {
        bool answers = now >= _answerAt;
        if (!answers && now < _nextBeatAt)
        {
            return null;
        }

        _answerAt = answers ? int.MaxValue : _answerAt;
        _lastBeatAt = now;
        _nextBeatAt = now + Math.Max(Math.Min(Interval, NextInterval()), (int)_other.MinRxMilliseconds);
        return new BeatFrame(
            _sequence++,
            _heard?.Sequence ?? 0,
            _heard is null ? BeatFrame.NoEcho : (uint)(now - _heardBeatAt) * 1_000,
            (uint)(now - _heardAt),
            _received,
            _consumed,
            0,
            answers ? BeatFlags.IsAnswer : BeatFlags.None,
            _generation);
    }

    private int NextInterval() => schedule.Pace switch
    {
        MachineSchedule.PeerPace.Fixed => (int)(Interval * schedule.PaceShare),
        MachineSchedule.PeerPace.Jittered => (int)(Interval * (0.75 + (0.25 * _dice.NextDouble()))),
        MachineSchedule.PeerPace.Unequal => (int)(Interval * (0.5 + (0.5 * _dice.NextDouble()))),
        _ => Interval,
    };
}
