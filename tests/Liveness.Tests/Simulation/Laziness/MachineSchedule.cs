namespace Liveness.Tests.Simulation.Laziness;

/// <summary>
/// What one seed decides about a heartbeat machine's life: what both ends ask for, how the peer beats, and what goes wrong. Times are
/// milliseconds.
/// </summary>
internal sealed class MachineSchedule
{
    private static readonly int[] s_bounds = [100, 300, 500, 1_000, 2_000, 3_000, 3_000, 5_000, 10_000];

    private readonly Random _dice;

    public MachineSchedule(int seed)
    {
        Seed = seed;
        _dice = new Random(seed);
        DetectWithin = Pick(s_bounds);
        PeerDetectWithin = Pick([.. s_bounds, 30_000]);
        MinReceive = Chance(0.3) ? _dice.Next(10, Math.Max(11, DetectWithin / 10)) : 20;
        PeerMinReceive = Chance(0.3) ? _dice.Next(10, Math.Max(11, PeerDetectWithin / 10)) : 20;
        PeerMinTransmit = Chance(0.3) ? _dice.Next(10, DetectWithin / 2) : 20;
        StalledAfter = DetectWithin * _dice.Next(1, 3);
        OutDelay = Chance(0.5) ? 0 : _dice.Next(0, Math.Max(1, DetectWithin / 16));
        BackDelay = Chance(0.5) ? 0 : _dice.Next(0, Math.Max(1, DetectWithin / 16));
        Pace = (PeerPace)_dice.Next(4);
        PaceShare = Uniform(0.5, 1);
        BeatsEarly = Chance(0.5);
        AnswersAfter = Chance(0.5) ? 0 : _dice.Next(0, Math.Max(1, DetectWithin / 8));
        HidesReads = Chance(0.4);
        KnowsKernel = Chance(0.5);
        End = Math.Max(2_000, DetectWithin * 14);
        Faults();
        Requests();
    }

    public int Seed { get; }

    public int DetectWithin { get; }

    public int PeerDetectWithin { get; }

    public int MinReceive { get; }

    public int PeerMinReceive { get; }

    public int PeerMinTransmit { get; }

    public int StalledAfter { get; }

    public int OutDelay { get; }

    public int BackDelay { get; }

    public PeerPace Pace { get; }

    /// <summary>Of the longest interval that the peer may leave: the fixed pace.</summary>
    public double PaceShare { get; }

    public bool BeatsEarly { get; }

    public int AnswersAfter { get; }

    public bool HidesReads { get; }

    public bool KnowsKernel { get; }

    public int End { get; }

    /// <summary>From then on nothing of ours arrives; or nothing of the peer's.</summary>
    public int OutCutAt { get; private set; } = int.MaxValue;

    public int BackCutAt { get; private set; } = int.MaxValue;

    public List<Span> OutStalls { get; } = [];

    public List<Span> BackStalls { get; } = [];

    public List<Span> Pauses { get; } = [];

    public List<Span> Lags { get; } = [];

    /// <summary>The transport takes nothing.</summary>
    public List<Span> Blocks { get; } = [];

    /// <summary>What somebody does at a time.</summary>
    public List<(int At, Act What, int Amount)> Acts { get; } = [];

    private void Faults()
    {
        int length = DetectWithin / 2;
        for (int i = _dice.Next(6); i > 0; i--)
        {
            List<Span> list = Pick([OutStalls, BackStalls, Pauses, Lags, Blocks]);
            int at = _dice.Next(DetectWithin, End);
            bool isLong = Chance(0.2);
            list.Add(new Span(at, at + _dice.Next(1, isLong ? DetectWithin * 4 : length)));
        }

        int cut = _dice.Next(DetectWithin * 2, DetectWithin * 4);
        switch (_dice.Next(4))
        {
            case 0:
                OutCutAt = cut;
                break;
            case 1:
                BackCutAt = cut;
                break;
            case 2:
                OutCutAt = cut;
                BackCutAt = cut + _dice.Next(DetectWithin);
                break;
        }
    }

    private void Requests()
    {
        for (int i = _dice.Next(30); i > 0; i--)
        {
            Acts.Add((_dice.Next(End), (Act)_dice.Next(9), _dice.Next(1, 5)));
        }

        if (Chance(0.3))
        {
            int from = _dice.Next(End);
            for (int i = 0; i < 40; i++)
            {
                Acts.Add((from + (i * DetectWithin / 20), Act.SegmentBehindHole, 1));
            }
        }

        if (Chance(0.3))
        {
            int from = _dice.Next(End);
            for (int i = 0; i < 60; i++)
            {
                Acts.Add((from + (i * DetectWithin / 50), Act.Probe, 1));
            }
        }

        Acts.Sort((left, right) => left.At.CompareTo(right.At));
    }

    private bool Chance(double probability) => _dice.NextDouble() < probability;

    private double Uniform(double from, double to) => from + (_dice.NextDouble() * (to - from));

    private T Pick<T>(T[] values) => values[_dice.Next(values.Length)];

    /// <param name="From">The first millisecond of it.</param>
    /// <param name="To">The first after it.</param>
    internal readonly record struct Span(int From, int To)
    {
        public bool Contains(int at) => at >= From && at < To;
    }

    internal enum PeerPace
    {
        Fixed,
        Jittered,
        Unequal,
        Longest,
    }

    internal enum Act
    {
        Probe,
        ChangeRate,
        PeerChangesRate,
        Data,
        Consume,
        SendData,
        PeerTakesData,
        PeerConsumes,
        SegmentBehindHole,
    }
}
