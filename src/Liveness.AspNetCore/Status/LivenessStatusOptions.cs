using System.Globalization;

namespace Liveness.AspNetCore;

/// <summary>The options of a status page.</summary>
public sealed class LivenessStatusOptions
{
    private const int MostRows = 10_000;
    private const int MostLosses = 100;
    private static readonly TimeSpan s_fastest = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_slowest = TimeSpan.FromMinutes(1);

    /// <summary>The page's heading.</summary>
    /// <value>The default is "Connections".</value>
    public string Title { get; set; } = "Connections";

    /// <summary>The interval at which an open page refreshes itself.</summary>
    /// <value>500 ms to one minute; the default is 2 s.</value>
    public TimeSpan RefreshEvery { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How many live connections one answer lists at most: the JSON lists so many unless it is asked for fewer, the page up to 50. The
    /// others are on its further pages, and found by a search. Counts are of all.
    /// </summary>
    /// <value>1 to 10,000; the default is 200.</value>
    public int MaxConnections { get; set; } = 200;

    /// <summary>
    /// How many losses one answer lists at most: the JSON lists so many unless it is asked for fewer, the page up to 50, or 12 lines of
    /// losses that belong together. The others are on its further pages, and found by a search.
    /// </summary>
    /// <value>1 to 100; the default is 100. Further pages reach all that <see cref="LossHistory.Newest"/> holds.</value>
    public int MaxLosses { get; set; } = MostLosses;

    /// <summary>How often round trips and the count of losses are noted.</summary>
    internal TimeSpan SampleEvery { get; set; } = TimeSpan.FromSeconds(5);

    /// <exception cref="ArgumentException">Names every option that is out of range.</exception>
    internal void Validate(string parameter)
    {
        List<string> failures = [];
        if (string.IsNullOrWhiteSpace(Title))
        {
            failures.Add("Title must not be empty");
        }

        if (RefreshEvery < s_fastest || RefreshEvery > s_slowest)
        {
            failures.Add(string.Create(
                CultureInfo.InvariantCulture, $"RefreshEvery is {RefreshEvery:c}, and must be {s_fastest:c} to {s_slowest:c}"));
        }

        Check(MaxConnections, nameof(MaxConnections), MostRows, failures);
        Check(MaxLosses, nameof(MaxLosses), MostLosses, failures);
        if (failures.Count > 0)
        {
            throw new ArgumentException(string.Join("; ", failures) + ".", parameter);
        }
    }

    private static void Check(int value, string property, int most, List<string> failures)
    {
        if (value < 1 || value > most)
        {
            failures.Add(string.Create(CultureInfo.InvariantCulture, $"{property} is {value}, and must be 1 to {most}"));
        }
    }
}
