using Liveness.Tests.Support;

namespace Liveness.Tests.Simulation.Laziness;

/// <summary>
/// A peer that nothing of ours reaches from a moment on, that says so honestly, and that goes on beating at a pace of its own.
/// </summary>
internal sealed class OneWayPeer
{
    private readonly HeartbeatMachine _machine;
    private readonly Func<double> _pace;
    private readonly double _cutAt;
    private readonly double _delay;
    private readonly Queue<(double At, BeatFrame Beat)> _out = new();
    private readonly Queue<(double At, BeatFrame Beat)> _back = new();
    private uint _sequence;
    private BeatFrame? _heard;
    private double _heardAt;
    private double _nextBeatAt;

    /// <param name="detectWithin">Ours, in milliseconds.</param>
    /// <param name="slowest">The pace that the peer may fall back to: what its HELLO says where that is more than we ask for.</param>
    /// <param name="pace">From one beat to the next, in milliseconds.</param>
    /// <param name="cutAt">When; infinite = never.</param>
    /// <param name="delay">Each way.</param>
    /// <param name="seed">Of our jitter.</param>
    public OneWayPeer(double detectWithin, double slowest, Func<double> pace, double cutAt, double delay, ulong seed)
    {
        HeartbeatPlan plan = HeartbeatPlan.Create(new HeartbeatOptions { DetectWithin = TimeSpan.FromMilliseconds(detectWithin) });
        HeartbeatRate peer = HeartbeatRate.Derive(
            TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(slowest > plan.Rate.Interval.TotalMilliseconds ? slowest : 20), minReceiveInterval: null);
        _machine = new HeartbeatMachine(plan, peer.Wire, seed, MachineRig.At(0), MachineRig.At(0));
        (_pace, _cutAt, _delay) = (pace, cutAt, delay);
        _nextBeatAt = pace();
    }

    public TimeSpan Limit => TimeSpan.FromTicks(Math.Max(_machine.Timing.DetectWithin.Ticks, _machine.Timing.SendInterval.Ticks * 4));

    /// <summary>Looks only when asked, as the scheduler does: up to a millisecond late.</summary>
    /// <returns>The verdict; null = none until then.</returns>
    public Verdict? Run(double until)
    {
        double wake = 1;
        double now = 0;
        while (now < until)
        {
            double arrival = _back.TryPeek(out (double At, BeatFrame Beat) first) ? first.At : double.PositiveInfinity;
            double hears = _out.TryPeek(out (double At, BeatFrame Beat) sent) ? sent.At : double.PositiveInfinity;
            now = Math.Min(Math.Min(Math.Ceiling(wake), hears), Math.Min(arrival, _nextBeatAt));
            Beat(now);
            while (_back.TryPeek(out first) && first.At <= now)
            {
                _back.Dequeue();
                _machine.OnReceived(MachineRig.At(now));
                _machine.OnBeat(first.Beat, new StreamCounts(0, 0, 0), MachineRig.At(now), out _).Should().Be(ProtocolRule.None);
                wake = NextWake(now);
            }

            if (Math.Ceiling(wake) <= now)
            {
                if (_machine.Tick(MachineRig.At(now), default, LocalHealth.Perfect, NullTransportWitness.Instance).Loss is { } loss)
                {
                    return new Verdict(loss, now);
                }

                wake = NextWake(now);
            }

            Send(now);
            wake = Math.Min(wake, NextWake(now));
        }

        return null;
    }

    private double NextWake(double now) => (_machine.NextWake(MachineRig.At(now), LocalHealth.Perfect) - MachineRig.At(0)).TotalMilliseconds;

    private void Send(double now)
    {
        if (!_machine.CanSendBeat(MachineRig.At(now)))
        {
            return;
        }

        BeatFrame beat = _machine.TakeBeat(MachineRig.At(now), default, LocalHealth.Perfect);
        if (now < _cutAt)
        {
            _out.Enqueue((now + _delay, beat));
        }
    }

    private void Beat(double now)
    {
        while (_out.TryPeek(out (double At, BeatFrame Beat) first) && first.At <= now)
        {
            (_heardAt, _heard) = _out.Dequeue();
            if ((first.Beat.Flags & BeatFlags.AnswerAtOnce) != 0)
            {
                Beat(now, BeatFlags.IsAnswer);
            }
        }

        if (now >= _nextBeatAt)
        {
            Beat(now, BeatFlags.None);
            _nextBeatAt = now + _pace();
        }
    }

    private void Beat(double now, BeatFlags flags)
    {
        uint ago = (uint)Math.Max(0, now - _heardAt);
        _back.Enqueue((now + _delay, new BeatFrame(_sequence++, _heard?.Sequence ?? 0, _heard is null ? BeatFrame.NoEcho : ago * 1_000, ago, 0, 0, 0, flags, 0)));
    }
}
