using System.Globalization;

namespace Liveness.NetworkTests.Table;

/// <summary>
/// The table of faults in docs/what-tcp-sees.md: what each kind of client saw of each fault on this machine's kernel, and the median time.
/// </summary>
internal static class FaultTable
{
    private const int AtOnce = 4;

    public const string Usage = "table [--repetitions 5] [--svg FILE]";

    private static readonly string s_source = string.Create(
        CultureInfo.InvariantCulture, $"{Environment.OSVersion.VersionString}, .NET {Environment.Version}");

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        int repetitions = 5;
        string? picture = null;
        for (string[] rest = args; rest is not []; rest = rest[2..])
        {
            switch (rest)
            {
                case ["--repetitions", var number, ..] when int.TryParse(number, CultureInfo.InvariantCulture, out repetitions) && repetitions > 0:
                    break;
                case ["--svg", var path, ..]:
                    picture = path;
                    break;
                default:
                    await Console.Error.WriteLineAsync(Usage);
                    return 2;
            }
        }

        using SemaphoreSlim places = new(AtOnce, AtOnce);
        Task<Sighting[]>[][] runs = [.. Fault.All.Select(fault => Enumerable.Range(0, repetitions).Select(_ => RunAsync(fault, places)).ToArray())];
        Console.WriteLine($"| what happens | {string.Join(" | ", ClientKind.All.Select(kind => kind.Name))} |");
        Console.WriteLine($"| --- |{string.Concat(Enumerable.Repeat(" --- |", ClientKind.All.Length))}");
        List<Sighting[][]> table = [];
        for (int row = 0; row < runs.Length; row++)
        {
            Sighting[][] seen = await Task.WhenAll(runs[row]);
            table.Add([.. ClientKind.All.Select((_, column) => seen.Select(run => run[column]).ToArray())]);
            Console.WriteLine($"| {Fault.All[row].Name} | {string.Join(" | ", table[row].Select(Cell))} |");
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"\nMedians of {repetitions} repetitions, seconds from the fault; \"nothing\" = not within {Sighting.Watched.TotalSeconds} s, {s_source}. \"?\" = ambiguous."));
        if (picture is not null)
        {
            await File.WriteAllTextAsync(picture, FaultChart.Draw(table, repetitions, s_source));
        }

        return 0;
    }

    private static async Task<Sighting[]> RunAsync(Fault fault, SemaphoreSlim places)
    {
        await places.WaitAsync();
        try
        {
            return await FaultRun.RunAsync(fault);
        }
        finally
        {
            places.Release();
        }
    }

    /// <summary>What was seen most often first; where repetitions differ, how often.</summary>
    private static string Cell(Sighting[] seen) => string.Join(
        "; ",
        seen.GroupBy(sighting => sighting.What)
            .OrderByDescending(group => group.Count())
            .Select(group => $"{(group.Count() == seen.Length ? "" : $"{group.Count()} x ")}{group.Key}{Median(group)}"));

    private static string Median(IEnumerable<Sighting> seen)
    {
        TimeSpan[] times = [.. seen.Select(sighting => sighting.After).OfType<TimeSpan>().Order()];
        return times is [] ? "" : string.Create(CultureInfo.InvariantCulture, $", {times[times.Length / 2].TotalSeconds:0.0} s");
    }
}
