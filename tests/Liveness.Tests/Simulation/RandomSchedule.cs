namespace Liveness.Tests.Simulation;

/// <summary>Everything that one seed decides: both ends, the link, and what happens to them.</summary>
internal sealed partial class RandomSchedule
{
    private static readonly double[] s_bounds = [0.1, 0.15, 0.3, 0.5, 1, 1, 2, 3, 3, 5, 10, 30, 60];

    private readonly Random _dice;
    private readonly int _seed;
    private readonly double[] _boundsOfA;
    private readonly double[] _boundsOfB;
    private readonly ScheduleKind _kind;

    /// <summary>Seconds that any byte may be late without a loss.</summary>
    private readonly double _room;

    /// <summary>The smallest DetectWithin of both ends, in seconds.</summary>
    private readonly double _shortest;

    private double _slowest;

    public RandomSchedule(int seed)
    {
        _seed = seed;
        _dice = new Random(seed);
        _kind = (ScheduleKind)_dice.Next(3);
        double common = Pick(s_bounds);
        bool equal = Chance(0.3);
        _boundsOfA = Bounds(equal ? common : Pick(s_bounds), infinite: Chance(0.05));
        _boundsOfB = Bounds(equal ? common : Pick(s_bounds), infinite: !double.IsInfinity(_boundsOfA[0]) && Chance(0.05));
        _room = Math.Min(_boundsOfA.Min(Room), _boundsOfB.Min(Room));
        _shortest = Math.Min(_boundsOfA.Min(), _boundsOfB.Min());
    }

    public SimulatedConnection Run()
    {
        double delay = Chance(0.3) ? 0 : Uniform(0, _shortest / 4);
        double jitter = Chance(0.5) ? 0 : Uniform(0, Math.Min(delay / 2, _shortest / 16));
        _slowest = delay + jitter;
        SimulatedConnection connection = new(Profile(_boundsOfA, delay), Profile(_boundsOfB, delay) with { ClosesSecond = Chance(0.5) }, _seed);
        Shape(connection.Forth, delay, jitter);
        Shape(connection.Back, delay, jitter);
        double faultsEnd = Faults(connection);
        Requests(connection, connection.A, _boundsOfA, faultsEnd);
        Requests(connection, connection.B, _boundsOfB, faultsEnd);
        if (_kind == ScheduleKind.Cut)
        {
            faultsEnd = CutOff(connection, faultsEnd);
        }

        connection.FinishAt(faultsEnd);
        double bytes = connection.A.Profile.WriteTotal + connection.B.Profile.WriteTotal + 300_000;
        double transfer = bytes / Math.Min(connection.Forth.Conditions.BytesPerSecond ?? long.MaxValue, connection.Back.Conditions.BytesPerSecond ?? long.MaxValue);
        double longest = _boundsOfA.Concat(_boundsOfB).Where(double.IsFinite).Max();
        double roundTrips = bytes / 16_000 * 2 * _slowest;
        Run(connection, faultsEnd + (transfer * 3) + roundTrips + (longest * 8) + 150);
        return connection;
    }

    private void Run(SimulatedConnection connection, double until)
    {
        try
        {
            connection.Run(until);
            Outcome.Check(connection, lossIsAllowed: _kind != ScheduleKind.Healthy);
        }
        catch (SimulationFailure failure)
        {
            throw new SimulationFailure($"{failure.Message}{Environment.NewLine}{_kind}, room {_room} s; {connection}");
        }
    }

    private EndProfile Profile(double[] bounds, double delay)
    {
        HeartbeatOptions options = new()
        {
            DetectWithin = Detect(bounds[0]),
            HandshakeTimeout = TimeSpan.FromMinutes(10),
            ReceiveWindow = Pick([32 * 1024, 64 * 1024, 256 * 1024]),
        };
        double interval = double.IsFinite(bounds[0]) ? bounds[0] / (HeartbeatRate.AllowedMisses(Detect(bounds[0])) + 1) : 0.05;
        if (Chance(0.4))
        {
            options.MinReceiveInterval = Seconds(Chance(0.5) ? interval : Uniform(0.01, interval));
        }

        if (Chance(0.4))
        {
            options.MinTransmitInterval = Seconds(Uniform(0.01, Chance(0.5) ? 0.01 + interval : 0.05));
        }

        if (Chance(0.5) || delay * 8 > 5 || _kind == ScheduleKind.Harsh)
        {
            options.CloseTimeout = Seconds(Math.Min(3_600, 30 + (delay * 20) + (_shortest * 10)));
            options.CloseDeadline = Timeout.InfiniteTimeSpan;
        }

        if (Chance(0.3))
        {
            options.MaxReceiveWindow = options.ReceiveWindow * Pick([1, 2, 5]);
        }

        bool silent = Chance(0.25);
        return new EndProfile
        {
            Plan = HeartbeatPlan.Create(options),
            FirstSequence = Chance(0.5) ? unchecked((uint)-_dice.Next(1, 100)) : (uint)_dice.Next(),
            StartsAfter = Seconds(Uniform(0, _shortest)),
            WriteTotal = silent ? 0 : _dice.Next(1, Chance(0.3) ? 600_000 : 60_000),
            WriteChunk = Pick([1, 100, 5_000, 100_000]),
            WritePause = Chance(0.4) ? TimeSpan.Zero : Seconds(Uniform(0, _shortest / 2)),
            ReadChunk = Pick([200, 5_000, 65_536]),
            ReadEvery = Chance(0.5) ? TimeSpan.Zero : Seconds(Uniform(0, _shortest)),
            HidesReads = Chance(0.3),
            RecordSize = Pick([16 * 1024, 0]),
            UnreadBudget = Pick([0L, 50_000, 300_000, HeartbeatDefaults.UnreadBudget]),
        };
    }

    private void Shape(SimulatedPipe pipe, double delay, double jitter)
    {
        pipe.Conditions.Delay = Seconds(delay);
        pipe.Conditions.Jitter = Seconds(jitter);
        pipe.Conditions.BufferSize = Pick([8 * 1024, 64 * 1024, 256 * 1024]);
        if (Chance(0.3))
        {
            pipe.Conditions.BytesPerSecond = (long)Math.Max(4_000, 1460 * Uniform(8, 200) / Math.Min(_room, 2));
        }
    }

    private void Requests(SimulatedConnection connection, SimulatedEnd end, double[] bounds, double until)
    {
        for (int i = _dice.Next(4); i > 0; i--)
        {
            connection.At(Uniform(0, until), _ => end.Request(now => end.Probe(now)));
        }

        foreach (double bound in bounds.Skip(1))
        {
            HeartbeatRate rate = HeartbeatRate.Derive(Detect(bound), end.Profile.Plan.MinTransmitInterval, Chance(0.5) ? TimeSpan.FromSeconds(3_600) : null);
            connection.At(Uniform(0, until), _ => end.Request(now => end.ChangeRate(rate, now)));
        }

        if (Chance(0.15))
        {
            connection.At(Uniform(0, until), _ => end.Request(end.CompleteWrites));
        }

        if (Chance(0.15))
        {
            connection.At(Uniform(0, until), _ => end.Request(end.Close));
        }
    }

    private double[] Bounds(double first, bool infinite)
    {
        double[] bounds = new double[1 + (Chance(0.4) ? _dice.Next(1, 4) : 0)];
        for (int i = 1; i < bounds.Length; i++)
        {
            bounds[i] = Pick(s_bounds);
        }

        bounds[0] = infinite ? double.PositiveInfinity : first;
        return bounds;
    }

    private static double Room(double bound)
    {
        if (double.IsInfinity(bound))
        {
            return double.PositiveInfinity;
        }

        HeartbeatRate rate = HeartbeatRate.Derive(Detect(bound), HeartbeatDefaults.MinInterval, null);
        HeartbeatTiming timing = new(rate, rate.Wire);
        return Math.Min((timing.Deadline - timing.ReceiveInterval - rate.Tick).TotalSeconds, bound * 0.74);
    }

    private static TimeSpan Detect(double seconds) => double.IsInfinity(seconds) ? Timeout.InfiniteTimeSpan : Seconds(seconds);

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private bool Chance(double probability) => _dice.NextDouble() < probability;

    private double Uniform(double from, double to) => from + (_dice.NextDouble() * (to - from));

    private T Pick<T>(T[] values) => values[_dice.Next(values.Length)];
}
