using System.Globalization;

namespace Liveness.Benchmarks;

/// <summary>
/// Many connections at a beat a second in virtual time, on one thread, with no system call but that of reading the clock.
/// </summary>
internal sealed class WheelRun
{
    private const int WarmUpSeconds = 4;
    private const int CountedSeconds = 12;
    private const int StepsPerSecond = 1000;

    private readonly VirtualTime _time = new();
    private readonly VirtualScheduler _scheduler;
    private readonly HeartbeatPlan _plan = HeartbeatPlan.Create(IdleStacks.Options);
    private readonly BeatingEnd[] _ends;
    private readonly Wire _wire;
    private readonly BeatCost _waking = new();
    private readonly BeatCost _receiving = new();
    private readonly Action _pass;
    private readonly Action _deliver;
    private long _wakeUps;
    private long _beats;

    private WheelRun(int ends)
    {
        _scheduler = new VirtualScheduler(_time);
        _ends = new BeatingEnd[ends];
        _wire = new Wire(ends * 2);
        _pass = () => _wakeUps += _scheduler.Pass();
        _deliver = _wire.DeliverAll;
    }

    public static void Run(int connections, string? json)
    {
        Machine.RefuseUnlessOptimized();
        WheelRun run = new(connections / 2 * 2);
        Machine.Describe(Console.Out);
        double bytesPerEnd = run.Open();
        for (int second = 0; second < WarmUpSeconds + CountedSeconds; second++)
        {
            for (int step = 0; step < StepsPerSecond; step++)
            {
                run.Step();
            }

            run.EndSecond(counts: second >= WarmUpSeconds);
        }

        ResultFile file = new("wheel", json, congestionControl: null);
        run.Report(Console.Out, bytesPerEnd, file);
        file.Close(Console.Out);
    }

    /// <summary>Pair after pair, over one second, so that their beats do not fall together.</summary>
    /// <returns>Managed bytes of one session with its place in the wheel.</returns>
    private double Open()
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        int steps = 0;
        for (int i = 0; i < _ends.Length; i += 2)
        {
            _ends[i] = new BeatingEnd(_plan, i, _scheduler, _wire);
            _ends[i + 1] = new BeatingEnd(_plan, i + 1, _scheduler, _wire);
            _ends[i].Start(_ends[i + 1], _plan.Rate.Tick);
            _ends[i + 1].Start(_ends[i], _plan.Rate.Tick);
            for (; steps < (long)StepsPerSecond * (i + 2) / _ends.Length; steps++)
            {
                Step();
            }
        }

        return (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / _ends.Length;
    }

    private void Step()
    {
        _time.Advance(TimeSpan.FromSeconds(1) / StepsPerSecond);
        _waking.Measure(_pass);
        int arriving = _wire.Swap();
        _receiving.Measure(_deliver);
        _waking.Count(arriving);
        _receiving.Count(arriving);
        _beats += arriving;
    }

    private void EndSecond(bool counts)
    {
        _waking.Close(counts);
        _receiving.Close(counts);
    }

    private void Report(TextWriter writer, double bytesPerEnd, ResultFile file)
    {
        int alive = _ends.Count(end => end.State == LivenessState.Alive);
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"- {_ends.Length} sessions in pairs, {alive} of them alive in the end; {_plan.Interval.TotalSeconds} s a beat at most; {CountedSeconds} s of virtual time after {WarmUpSeconds} s of warm-up"));
        double wakeUpsPerBeat = (double)_wakeUps / _beats;
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"- {wakeUpsPerBeat:0.00} wake-ups a beat, {Statistics.Median(_waking.NanosecondsPerBeat) / wakeUpsPerBeat:0} ns each; a session holds {bytesPerEnd:0} managed bytes"));
        writer.WriteLine();
        Table table = new("per beat", "ns", "budget", "bytes allocated", "budget");
        Add(table, file, "a beat out", "the wheel: all wake-ups, with judging, encoding and filing again", _waking, Budgets.BeatOut);
        Add(table, file, "a beat in", "the way in: parsing and taking in, with the beats that leave at once because the peer's came", _receiving, Budgets.BeatIn);
        file.Add("wheel: managed B of a session", "B", bytesPerEnd);
        file.Add("wheel: wake-ups a beat", "wake-ups", wakeUpsPerBeat);
        table.WriteTo(writer);
    }

    private static void Add(Table table, ResultFile file, string name, string what, BeatCost cost, Budget budget)
    {
        table.Add(
            what,
            Numbers.MedianAndRange(cost.NanosecondsPerBeat, "0"),
            budget.Judge(Statistics.Median(cost.NanosecondsPerBeat), "0"),
            Numbers.MedianAndRange(cost.BytesPerBeat, "0.00"),
            Budgets.BeatAllocation.Judge(Statistics.Median(cost.BytesPerBeat), "0"));
        file.Add($"wheel: {name}", "ns", cost.NanosecondsPerBeat, budget);
        file.Add($"wheel: allocated, {name}", "B", cost.BytesPerBeat, Budgets.BeatAllocation);
    }
}
