namespace Liveness.Tests.ProtocolPing.Simulation;

/// <summary>What one seed decides about a connection that is kept alive by pings: the bound, how the peer answers, what the application
/// sends and receives besides, and what goes wrong.
/// Times are milliseconds.</summary>
internal sealed class PingSchedule
{
    private static readonly int[] s_bounds = [100, 300, 500, 1_000, 2_000, 3_000, 5_000, 10_000];

    private readonly Random _dice;
    private readonly bool _changes;
    private readonly int _room;

    public PingSchedule(int seed, PingScheduleKind kind)
    {
        Seed = seed;
        Kind = kind;
        _dice = new Random(seed);
        DetectWithin = Chance(0.05) ? -1 : Pick(s_bounds);
        int bound = DetectWithin < 0 ? 3_000 : DetectWithin;
        PingInterval = Chance(0.3) ? _dice.Next(Math.Max(10, bound / 20), Math.Max(11, bound / 3)) : null;
        _changes = Chance(0.3);

        // The peer is asked after a third of the bound and again after half of it, and the bound may become half as long.
        _room = _changes ? bound / 12 : bound / 5;
        SlowestAnswer = Chance(0.5) ? _room : _dice.Next(0, Math.Max(1, _room));
        SendsFor = Chance(0.3) ? _dice.Next(0, Math.Max(1, _room / 4)) : 0;
        WaitsForAnswer = Chance(0.2);
        HidesReads = Chance(0.5);
        KnowsKernel = Chance(0.5);
        End = Math.Max(3_000, bound * 16);
        CutAt = kind == PingScheduleKind.Cut ? _dice.Next(bound * 2, bound * 6) : int.MaxValue;
        Traffic(bound);
        Troubles(bound);
        Requests(bound);
        Acts.Sort((left, right) => left.At.CompareTo(right.At));
    }

    public int Seed { get; }

    public PingScheduleKind Kind { get; }

    /// <summary>-1 = nothing is judged.</summary>
    public int DetectWithin { get; }

    public int? PingInterval { get; }

    public int SlowestAnswer { get; }

    /// <summary>How long the application takes to write a ping.</summary>
    public int SendsFor { get; }

    /// <summary>The application returns from a ping only when the answer is there.</summary>
    public bool WaitsForAnswer { get; }

    public bool HidesReads { get; }

    public bool KnowsKernel { get; }

    public int End { get; }

    /// <summary>From then on nothing is received.</summary>
    public int CutAt { get; }

    /// <summary>When everything that may put a verdict off is over.</summary>
    public int TroublesEnd { get; private set; }

    public List<PingSpan> Pauses { get; } = [];

    /// <summary>The thread pool runs nothing: no ping begins or ends, and no reader takes anything.</summary>
    public List<PingSpan> Lags { get; } = [];

    /// <summary>A ping that begins then is not written before it is over.</summary>
    public List<PingSpan> Blocks { get; } = [];

    /// <summary>The peer's data, besides answers.</summary>
    public List<int> Data { get; } = [];

    public List<(int At, PingAct What, int Amount)> Acts { get; } = [];

    /// <summary>The peer's time for the answer to a ping.</summary>
    public int AnswerTime(int number) => new Random(HashCode.Combine(Seed, number)).Next(0, SlowestAnswer + 1);

    private void Traffic(int bound)
    {
        int at = 0;
        for (int i = _dice.Next(4); i > 0; i--)
        {
            at += _dice.Next(0, bound * 3);
            int gap = Math.Max(1, _dice.Next(1, Math.Max(2, bound / 3)));
            for (int until = Math.Min(End, at + _dice.Next(0, bound * 3)); at < until; at += gap)
            {
                Data.Add(at);
            }
        }
    }

    private void Troubles(int bound)
    {
        int at = _dice.Next(bound / 2, bound * 2);
        for (int i = _dice.Next(5); i > 0 && at < End; i--)
        {
            int length = _dice.Next(1, Chance(0.3) ? bound * 3 : Math.Max(2, bound / 2));
            List<PingSpan> trouble = Pick([Pauses, Lags, Blocks]);

            // For as long as the application can't write, the peer is not asked: that is no excuse.
            length = trouble == Blocks && Kind == PingScheduleKind.Healthy ? _dice.Next(1, Math.Max(2, _room / 2)) : length;
            trouble.Add(new PingSpan(at, at + length));
            TroublesEnd = at + length;
            at += length + (bound * 3 / 2) + _dice.Next(bound);
        }
    }

    private void Requests(int bound)
    {
        for (int i = _dice.Next(12); i > 0; i--)
        {
            Acts.Add((_dice.Next(End), PingAct.Probe, 1));
        }

        if (Chance(0.2))
        {
            int from = _dice.Next(End);
            for (int i = 0; i < 50; i++)
            {
                Acts.Add((from + (i * bound / 40), PingAct.Probe, 1));
            }
        }

        for (int i = _dice.Next(8); i > 0; i--)
        {
            Acts.Add((_dice.Next(End), PingAct.RunsOutOfTime, 1));
        }

        if (Kind == PingScheduleKind.Harsh)
        {
            for (int i = _dice.Next(3); i > 0; i--)
            {
                Acts.Add((_dice.Next(End), PingAct.Fails, 1));
            }
        }

        for (int i = _changes ? _dice.Next(4) : 0; i > 0 && DetectWithin > 0; i--)
        {
            Acts.Add((_dice.Next(End), PingAct.Change, _dice.Next(1, 5)));
        }

        for (int i = Chance(0.3) ? 60 : 0; i > 0; i--)
        {
            Acts.Add((_dice.Next(End), PingAct.SegmentBehindHole, 1));
        }
    }

    private bool Chance(double probability) => _dice.NextDouble() < probability;

    private T Pick<T>(T[] values) => values[_dice.Next(values.Length)];
}
