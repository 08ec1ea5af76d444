namespace Liveness.Presence.Tests.Schedules;

/// <summary>One process of a simulated fleet: it may die, pause, and lose the store.</summary>
internal sealed class SimulatedGateway(string name, Fleet fleet)
{
    private GatewayMachine? _machine;
    private int _runs;

    public string Name => name;

    public bool IsRunning => _machine is not null;

    public bool IsPaused { get; set; }

    public bool IsCut { get; set; }

    /// <summary>When it last died; the store may think that it lives for one lease.</summary>
    public TimeSpan DiedAt { get; private set; }

    public bool IsSettled => _machine?.IsSettled == true;

    /// <summary>Devices and the ids of their connections.</summary>
    public Dictionary<long, string> Connections { get; } = [];

    public bool WasTakenOver { get; private set; }

    public void Start()
    {
        _machine = new GatewayMachine(Moments.Settings(name), $"{name}r{++_runs}x", fleet.Now);
        (IsPaused, IsCut) = (false, false);
    }

    public void Kill()
    {
        _machine = null;
        DiedAt = fleet.Now;
        Connections.Clear();
    }

    public void Attach(long id, string key)
    {
        Connections[id] = key;
        TimeSpan at = fleet.Now;
        _machine!.Name(id, key, () => new OwnConnection("devices", name, 5_000, at), at);
    }

    public void End(long id, OwnLoss? loss)
    {
        Connections.Remove(id);
        _machine!.End(id, loss, fleet.Now);
    }

    /// <summary>Carries out what is due; faults hit each step by itself.</summary>
    public void Run()
    {
        for (int steps = 0; _machine is { } machine && !IsPaused; steps++)
        {
            steps.Should().BeLessThan(10_000, "a machine must not spin");
            GatewayStep step = machine.Next(fleet.Now);
            if (step is GatewayStep.Wait)
            {
                return;
            }

            Fault fault = IsCut ? Fault.NeverSent : fleet.NextFault();
            if (fault is Fault.NeverSent or Fault.ArrivesLate)
            {
                if (fault == Fault.ArrivesLate && step is GatewayStep.Write late)
                {
                    fleet.Later(() => _ = fleet.Store.WriteAsync(late.Part, late.Batch));
                }

                Fail(machine, step);
                continue;
            }

            CarryOut(machine, step, isAnswerLost: fault == Fault.AnswerLost);
            while (machine.NextNews() is { } news)
            {
                WasTakenOver |= news is GatewayNews.TakenOver;
            }
        }
    }

    private void CarryOut(GatewayMachine machine, GatewayStep step, bool isAnswerLost)
    {
        TimeSpan now = fleet.Now;
        Action take = step switch
        {
            GatewayStep.TakeLease lease => Of(fleet.Store.LeaseAsync(lease.Request).Result, reply => machine.OnLease(reply, now, now)),
            GatewayStep.Write write => Of(
                fleet.Store.WriteAsync(write.Part, write.Batch).Result, reply => machine.OnWritten(write.Batch, reply, now)),
            GatewayStep.Contest contest => Of(fleet.Store.FindAsync(contest.Keys).Result, rows => machine.OnContested(rows, now)),
            GatewayStep.Purge purge => Of(fleet.Store.PurgeAsync(purge.Part, machine.IsWanted), _ => machine.OnPurged()),
            GatewayStep.Remove remove => Of(fleet.Store.RemoveAsync(remove.Part), _ => machine.OnRemoved()),
            GatewayStep.Sweep sweep => Of(
                fleet.Store.SweepAsync(sweep.Shard, new SweepRules(TimeSpan.FromDays(7))), _ => machine.OnSwept(now)),
            _ => throw new InvalidOperationException(),
        };
        if (isAnswerLost)
        {
            Fail(machine, step);
        }
        else
        {
            take();
        }
    }

    private void Fail(GatewayMachine machine, GatewayStep step)
    {
        switch (step)
        {
            case GatewayStep.Write write:
                machine.OnWriteFailed(write.Batch, fleet.Now);
                break;
            case GatewayStep.Sweep:
                machine.OnSweepFailed(fleet.Now);
                break;
            default:
                machine.OnFailed(fleet.Now);
                break;
        }
    }

    private static Action Of<T>(T answer, Action<T> take) => () => take(answer);
}
