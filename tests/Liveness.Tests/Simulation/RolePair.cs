namespace Liveness.Tests.Simulation;

/// <summary>Two machines and the path between them; times are milliseconds.</summary>
internal sealed class RolePair
{
    private readonly PriorityQueue<Action<double>, double> _acts = new();
    private double _now;

    public RolePair(HeartbeatPlan plan, HeartbeatPlan other, ulong seed, BeatRole role, BeatRole otherRole)
    {
        One = new RoleEnd(plan, other.Rate.Wire, seed, role);
        Other = new RoleEnd(other, plan.Rate.Wire, seed + 1, otherRole);
    }

    public RoleEnd One { get; }

    public RoleEnd Other { get; }

    /// <summary>Of the frame that leaves now.</summary>
    public Func<double> Delay { get; set; } = () => 0.1;

    public string? Fault => One.Fault is { } one ? "one " + one : Other.Fault is { } other ? "the other " + other : null;

    public void At(double time, Action<double> act) => _acts.Enqueue(act, time);

    public void Run(double until)
    {
        while (Fault is null)
        {
            double next = Math.Min(One.Next, Other.Next);
            next = _acts.TryPeek(out _, out double act) ? Math.Min(next, act) : next;
            if (next > until)
            {
                return;
            }

            _now = Math.Max(_now, next);
            while (_acts.TryPeek(out Action<double>? due, out act) && act <= _now)
            {
                _acts.Dequeue();
                due(_now);
            }

            Run(One, Other);
            Run(Other, One);
        }
    }

    private void Run(RoleEnd end, RoleEnd peer)
    {
        if (end.Next <= _now)
        {
            end.Run(_now, (beat, rate) => peer.Arrive(_now + Delay(), beat, rate));
        }
    }
}
