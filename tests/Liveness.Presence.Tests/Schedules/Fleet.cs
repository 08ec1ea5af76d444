using Liveness.Testing;

namespace Liveness.Presence.Tests.Schedules;

/// <summary>A fleet on one clock, and the model: which device is where, as whoever sees everything knows it.</summary>
internal sealed class Fleet
{
    private readonly ManualTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly Random _random;
    private readonly List<(TimeSpan At, Action Do)> _later = [];
    private readonly List<(TimeSpan At, MemoryState State)> _saved = [];
    private readonly string[] _devices = [.. Enumerable.Range(0, 24).Select(static i => $"device {i}")];
    private long _lastId;

    public Fleet(int seed, bool hasFaults)
    {
        _random = new Random(seed);
        HasFaults = hasFaults;
        Store = new InMemoryPresenceStore(_clock);
        Gateways = [.. Enumerable.Range(1, 3).Select(i => new SimulatedGateway($"gw-{i}", this))];
        Array.ForEach(Gateways, static gateway => gateway.Start());
    }

    public InMemoryPresenceStore Store { get; }

    public SimulatedGateway[] Gateways { get; }

    public bool HasFaults { get; set; }

    public TimeSpan Now => TimeSpan.FromTicks(_clock.GetTimestamp());

    /// <summary>The newest connection of each device: where, and by which id.</summary>
    public Dictionary<string, (SimulatedGateway Gateway, long Id)> Model { get; } = [];

    public Dictionary<string, long> Losses { get; } = [];

    /// <summary>When the store last lost something, or a batch came late.</summary>
    public TimeSpan LastStoreFault { get; private set; } = TimeSpan.FromDays(-1);

    public bool HasLostData { get; private set; }

    public int Events { get; private set; }

    public Fault NextFault() => !HasFaults ? Fault.None : _random.Next(60) switch
    {
        0 => Fault.NeverSent,
        1 => Fault.AnswerLost,
        2 => Fault.ArrivesLate,
        _ => Fault.None,
    };

    public void Later(Action action)
    {
        HasLostData = true;
        LastStoreFault = Now;
        _later.Add((Now + TimeSpan.FromMilliseconds(_random.Next(3_000)), action));
    }

    /// <summary>One event and a while.</summary>
    public void Step()
    {
        Events++;
        Happen(_random.Next(100));
        Pass(_random.Next(1, 400));
    }

    public void Pass(int milliseconds)
    {
        for (TimeSpan until = Now + TimeSpan.FromMilliseconds(milliseconds); Now < until;)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(10));
            foreach ((TimeSpan At, Action Do) late in _later.Where(one => one.At <= Now).ToArray())
            {
                _later.Remove(late);
                LastStoreFault = Now;
                late.Do();
            }

            Array.ForEach(Gateways, static gateway => gateway.Run());
        }
    }

    /// <summary>No faults any more; all that run reach the store. Old connections of devices that have moved end.</summary>
    public void ComeToRest()
    {
        HasFaults = false;
        foreach (SimulatedGateway gateway in Gateways)
        {
            (gateway.IsPaused, gateway.IsCut) = (false, false);
        }

        Pass(4_000);
        foreach (SimulatedGateway gateway in Gateways)
        {
            foreach ((long id, string key) in gateway.Connections.ToArray())
            {
                if (!Model.TryGetValue(key, out (SimulatedGateway Gateway, long Id) newest) || newest.Id != id)
                {
                    gateway.End(id, null);
                }
            }
        }

        Pass(10_000);
    }

    public PresenceEntry? Find(string device) => FleetRules.Judge(Store.FindAsync([device]).Result[0]);

    public IEnumerable<string> Devices => _devices;

    private void Happen(int what)
    {
        SimulatedGateway gateway = Gateways[_random.Next(Gateways.Length)];
        string device = _devices[_random.Next(_devices.Length)];
        switch (what)
        {
            case < 45 when gateway is { IsRunning: true, IsPaused: false }:
                Attach(gateway, device);
                break;
            case < 75:
                End(device);
                break;
            case < 79 when HasFaults:
                gateway.IsCut = !gateway.IsCut;
                break;
            case < 83 when HasFaults:
                gateway.IsPaused = !gateway.IsPaused;
                break;
            case < 86 when gateway.IsRunning:
                Kill(gateway);
                break;
            case < 92 when !gateway.IsRunning:
                gateway.Start();
                break;
            case < 94:
                _saved.Add((Now, Store.Save()));
                break;
            case 94 when HasFaults && _saved.Count > 0:
                Load(_saved[^1].State);
                break;
            case 95 when HasFaults:
                Load(new MemoryState());
                break;
        }
    }

    private void Load(MemoryState state)
    {
        HasLostData = true;
        LastStoreFault = Now;
        Store.Load(state);
    }

    private void Attach(SimulatedGateway gateway, string device)
    {
        long id = ++_lastId;
        gateway.Attach(id, device);
        Model[device] = (gateway, id);
    }

    private void End(string device)
    {
        if (!Model.TryGetValue(device, out (SimulatedGateway Gateway, long Id) at) || at.Gateway.IsPaused)
        {
            return;
        }

        bool isLoss = _random.Next(2) == 0;
        at.Gateway.End(at.Id, isLoss ? new OwnLoss(Now, "timeout", "PeerUnresponsive") : null);
        Model.Remove(device);
        if (isLoss)
        {
            Losses[device] = Events;
        }

        // Connections that it had before end, too, as soon as their gateways notice: here at once, or at the rest.
        foreach (SimulatedGateway other in Gateways.Where(static one => one is { IsRunning: true, IsPaused: false }))
        {
            foreach ((long id, string _) in other.Connections.Where(one => one.Value == device).ToArray())
            {
                other.End(id, null);
            }
        }
    }

    private void Kill(SimulatedGateway gateway)
    {
        gateway.Kill();
        foreach (string device in Model.Where(one => one.Value.Gateway == gateway).Select(static one => one.Key).ToArray())
        {
            Model.Remove(device);
        }
    }
}
