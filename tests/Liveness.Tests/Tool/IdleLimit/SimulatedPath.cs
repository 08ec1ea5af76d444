using Liveness.Tool.IdleLimit;

namespace Liveness.Tests.Tool.IdleLimit;

/// <summary>A path in virtual time: a search is played on it, and everything about it is known.</summary>
internal sealed class SimulatedPath(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>After so long without a segment the box forgets; null = there is none.</summary>
    public TimeSpan? Limit { get; init; }

    /// <summary>Of another path, which every other connection takes.</summary>
    public TimeSpan? OtherLimit { get; init; }

    /// <summary>The box answers with a reset, and not with silence.</summary>
    public bool Resets { get; init; }

    /// <summary>How often neither a probe nor its repetitions come through.</summary>
    public double Loss { get; init; }

    /// <summary>When the server does something by itself; null = never.</summary>
    public TimeSpan? ServerActs { get; init; }

    /// <summary>Of another server behind the same address, which every other connection reaches.</summary>
    public TimeSpan? OtherServerActs { get; init; }

    public TrialOutcome ServerAct { get; init; } = TrialOutcome.Closed;

    /// <summary>So many at once; the others are closed at once.</summary>
    public int ServerTakes { get; init; } = int.MaxValue;

    public TimeSpan Patience { get; } = TimeSpan.FromSeconds(3);

    public int MostAtOnce { get; private set; }

    public TimeSpan Elapsed { get; private set; }

    public SearchResult Play(TimeSpan longest, int connections, out SearchBounds bounds)
    {
        bounds = new SearchBounds(longest, connections, Patience);
        IdleSearch search = new(bounds, new Trial(TimeSpan.FromSeconds(1), TrialOutcome.Alive));
        while (search.Begin(Elapsed) is { Count: > 0 } idles)
        {
            MostAtOnce = Math.Max(MostAtOnce, idles.Count);
            TimeSpan begun = Elapsed;
            foreach ((TimeSpan planned, Trial trial, TimeSpan took) in idles.Select(Try).OrderBy(one => one.Took).ToArray())
            {
                Elapsed = begun + took;
                search.Add(planned, trial);
                if (search.IsRoundOver)
                {
                    break;
                }
            }
        }

        return search.Result();
    }

    private (TimeSpan Planned, Trial Trial, TimeSpan Took) Try(TimeSpan planned, int number)
    {
        TimeSpan idle = planned + TimeSpan.FromMilliseconds(_random.Next(20));
        TimeSpan? limit = OtherLimit is not null && _random.Next(2) == 0 ? OtherLimit : Limit;
        TimeSpan? acts = OtherServerActs is not null && _random.Next(2) == 0 ? OtherServerActs : ServerActs;
        Trial trial = number >= ServerTakes ? new Trial(TimeSpan.FromMilliseconds(1), TrialOutcome.Closed)
            : acts <= idle && !(limit <= acts) ? new Trial(acts.Value, ServerAct)
            : idle >= limit ? new Trial(idle, Resets ? TrialOutcome.Reset : TrialOutcome.Silent)
            : new Trial(idle, _random.NextDouble() < Loss ? TrialOutcome.Silent : TrialOutcome.Alive);
        return (planned, trial, trial.Outcome == TrialOutcome.Silent ? trial.Idle + Patience : trial.Idle);
    }
}
