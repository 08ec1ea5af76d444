using Xunit.Abstractions;

namespace Liveness.Tests.Simulation;

/// <summary>The real stream at both ends in every order of events that the dice give.</summary>
/// <remarks>
/// LIVENESS_SIM_SEED=n runs one seed alone, LIVENESS_SIM_SEEDS=n the first n. Not beside other tests, whose forgotten tasks would be taken
/// for ours.
/// </remarks>
[Collection(nameof(StreamInterleavingsTests))]
[CollectionDefinition(nameof(StreamInterleavingsTests), DisableParallelization = true)]
public sealed class StreamInterleavingsTests(ITestOutputHelper output)
{
    private const int Steps = 1200;

    private static readonly int s_seeds = int.TryParse(Environment.GetEnvironmentVariable("LIVENESS_SIM_SEEDS"), out int seeds) ? seeds : 60;

    [Fact]
    public void Without_faults_every_byte_arrives_and_nobody_is_lost() => RunAll(hasFaults: false);

    [Fact]
    public void With_faults_every_operation_ends_and_every_connection_ends_once()
    {
        CollectGarbage();
        List<Exception> unobserved = [];
        EventHandler<UnobservedTaskExceptionEventArgs> observer = (_, e) => unobserved.Add(e.Exception);
        TaskScheduler.UnobservedTaskException += observer;
        try
        {
            RunAll(hasFaults: true);
            CollectGarbage();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= observer;
        }

        unobserved.Should().BeEmpty();
    }

    [Fact]
    public void The_same_seed_gives_the_same_run()
    {
        for (int seed = 0; seed < 10; seed++)
        {
            TraceOf(seed).Should().Be(TraceOf(seed), "seed {0}", seed);
        }
    }

    private static ulong TraceOf(int seed)
    {
        using StreamInterleavingsWorld world = new(seed, hasFaults: true);
        world.Run(Steps);
        return world.Trace;
    }

    private static void CollectGarbage()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }

    private void RunAll(bool hasFaults)
    {
        SortedDictionary<string, int> ends = [];
        List<string> failures = [];
        int? only = int.TryParse(Environment.GetEnvironmentVariable("LIVENESS_SIM_SEED"), out int given) ? given : null;
        for (int seed = only ?? 0; seed < (only + 1 ?? s_seeds); seed++)
        {
            using StreamInterleavingsWorld world = new(seed, hasFaults);
            IReadOnlyList<string> faults = world.Run(Steps);
            string end = $"{world.ClientLoss?.ErrorType ?? "closed"} / {world.ServerLoss?.ErrorType ?? "closed"}";
            ends[end] = ends.GetValueOrDefault(end) + 1;
            if (faults.Count > 0)
            {
                failures.Add($"LIVENESS_SIM_SEED={seed}: {string.Join("; ", faults)}");
            }
        }

        output.WriteLine(string.Join("\n", ends.Select(end => $"{end.Value} x {end.Key}")));
        failures.Should().BeEmpty();
    }
}
