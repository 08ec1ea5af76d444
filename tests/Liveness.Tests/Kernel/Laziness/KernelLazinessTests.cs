using System.Globalization;
using Liveness.Kernel;
using Liveness.SideChannel;
using Xunit.Abstractions;

namespace Liveness.Tests.Kernel.Laziness;

/// <summary>What is only seen by looking is seen one look later at most; beside that it is all the same how often somebody looks.</summary>
public class KernelLazinessTests(ITestOutputHelper output)
{
    private const int DefaultRuns = 60;

    private static readonly TimeSpan s_detectWithin = TimeSpan.FromSeconds(6);

    private readonly Lock _lock = new();
    private readonly SortedList<int, string> _failures = [];
    private readonly SortedDictionary<string, int> _said = [];

    /// <summary>LIVENESS_LAZY_SEED replays one schedule, LIVENESS_LAZY_RUNS sets how many are run.</summary>
    [Fact]
    public void A_socket_that_is_looked_at_every_millisecond_or_only_when_asked_is_said_the_same_of()
    {
        RunAll(seed => SocketSayings(seed, always: false), seed => SocketSayings(seed, always: true), SocketWatch.QuietInterval);
    }

    [Fact]
    public void A_witness_that_is_looked_at_every_millisecond_or_four_times_in_a_bound_convicts_the_same()
    {
        TimeSpan every = new WitnessPlan(s_detectWithin).LookEvery;
        RunAll(seed => WitnessSayings(seed, every), seed => WitnessSayings(seed, TimeSpan.FromMilliseconds(1)), every);
    }

    /// <summary>One saying for each millisecond, until the end.</summary>
    private static List<string> SocketSayings(int seed, bool always)
    {
        ScheduledKernel kernel = new(seed);
        WatchRig rig = new(kernel.Now(0));
        List<string> said = [];
        for (int now = 1; now < ScheduledKernel.End; now++)
        {
            kernel.Step(now);
            rig.Wait(1);
            if (always || rig.Now >= Instant.Min(rig.Watch.NextLook, rig.Watch.DueAt))
            {
                WatchStep step = rig.Look(kernel.Now(now));
                if ((step & (WatchStep.Closed | WatchStep.Died)) != 0)
                {
                    said.Add((step & WatchStep.Died) != 0 ? $"lost: {rig.Judge(errorIsPending: null)?.Kind}" : "closed");
                    return said;
                }
            }

            said.Add($"{rig.Watch.State}, {rig.Watch.Conditions}");
        }

        return said;
    }

    private static List<string> WitnessSayings(int seed, TimeSpan every)
    {
        ScheduledKernel kernel = new(seed);
        Instant start = new(TimeSpan.TicksPerDay);

        // The kernel asks after 2 s, which is not what the plan of this bound says.
        WitnessWatch watch = new(kernel.Now(0), start, asks: true, byPlan: false);
        bool convicts = false;
        List<string> said = [];
        for (int now = 1; now < ScheduledKernel.End; now++)
        {
            kernel.Step(now);
            if (now % (int)every.TotalMilliseconds == 0)
            {
                Instant at = start + TimeSpan.FromMilliseconds(now);
                watch.Look(kernel.Now(now), at, s_detectWithin);
                convicts = watch.FailedFor(at) >= new WitnessPlan(s_detectWithin).Bound;
                if (watch.Ended != WitnessEnd.No)
                {
                    said.Add(watch.Ended.ToString());
                    return said;
                }
            }

            said.Add(convicts ? "failed for the bound" : "lives");
        }

        return said;
    }

    /// <summary>
    /// Whatever is always said for longer than two looks is said when asked, one look earlier or later at most; and nothing is said then
    /// that was not always said about that time.
    /// </summary>
    private static string? Difference(List<string> lazy, List<string> eager, TimeSpan look)
    {
        int late = (int)look.TotalMilliseconds + 1;
        bool ends = eager.Count < ScheduledKernel.End - late;
        if (ends && (lazy[^1] != eager[^1] || lazy.Count < eager.Count || lazy.Count - eager.Count > late))
        {
            return $"when asked: {lazy[^1]} at {lazy.Count} ms; always: {eager[^1]} at {eager.Count} ms";
        }

        int[] since = new int[eager.Count];
        int[] until = new int[eager.Count];
        for (int at = 0; at < eager.Count; at++)
        {
            since[at] = at > 0 && eager[at] == eager[at - 1] ? since[at - 1] : at;
        }

        for (int at = eager.Count - 1; at >= 0; at--)
        {
            until[at] = at < eager.Count - 1 && eager[at] == eager[at + 1] ? until[at + 1] : at;
        }

        for (int at = 0; at < eager.Count - late; at++)
        {
            bool isSettled = at - since[at] > late && until[at] - at > late;
            bool wasSaid = lazy[at] == eager[at] || eager[Math.Max(0, at - late)..(at + late)].Contains(lazy[at]);
            if ((isSettled && lazy[at] != eager[at]) || !wasSaid)
            {
                return $"always {eager[at]} from {since[at]} to {until[at]} ms, when asked {lazy[at]} at {at} ms";
            }
        }

        return null;
    }

    private void RunAll(Func<int, List<string>> lazily, Func<int, List<string>> always, TimeSpan look)
    {
        int? replayed = Setting("LIVENESS_LAZY_SEED");
        int first = replayed ?? 1;
        int runs = replayed is null ? Setting("LIVENESS_LAZY_RUNS") ?? DefaultRuns : 1;
        Parallel.For(first, first + runs, seed =>
        {
            List<string> asked = lazily(seed);
            string? found = Difference(asked, always(seed), look);
            string[] said = [.. asked.Distinct()];
            lock (_lock)
            {
                foreach (string what in said)
                {
                    _said[what] = _said.GetValueOrDefault(what) + 1;
                }

                if (found is not null)
                {
                    _failures.Add(seed, $"LIVENESS_LAZY_SEED={seed}: {found}");
                }
            }
        });
        output.WriteLine(string.Join(Environment.NewLine, _said.Select(pair => $"{pair.Value} x {pair.Key}")));
        string first12 = string.Join(Environment.NewLine, _failures.Values.Take(12));
        Assert.True(_failures.Count == 0, $"{_failures.Count} of {runs} schedules differ:{Environment.NewLine}{first12}");
    }

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int value) ? value : null;
}
