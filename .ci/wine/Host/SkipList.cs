using Xunit.Abstractions;

namespace Liveness.Ci.Wine;

/// <summary>Lines of "part of a test's name | reason": what can't be told on this system.</summary>
internal sealed class SkipList(IReadOnlyList<(string Part, string Reason)> lines)
{
    public static SkipList Empty { get; } = new([]);

    public static SkipList Read(string path)
    {
        List<(string, string)> lines = [];
        foreach (string line in File.ReadLines(path).Where(line => line.Length > 0 && line[0] != '#'))
        {
            string[] halves = line.Split('|', 2, StringSplitOptions.TrimEntries);
            if (halves is not [{ Length: > 0 }, { Length: > 0 }])
            {
                throw new InvalidDataException($"{path}: \"{line}\" is no \"part of a test's name | reason\".");
            }

            lines.Add((halves[0], halves[1]));
        }

        return new SkipList(lines);
    }

    public string? ReasonFor(ITestCase test) =>
        lines.FirstOrDefault(line => test.DisplayName.Contains(line.Part, StringComparison.Ordinal)).Reason;

    public Dictionary<string, int> Counts(IEnumerable<ITestCase> all) =>
        all.Select(ReasonFor).OfType<string>().GroupBy(reason => reason).ToDictionary(group => group.Key, group => group.Count());

    /// <summary>Each line must be the first that matches some test: else it says nothing any more.</summary>
    public List<string> Unused(IReadOnlyCollection<ITestCase> all)
    {
        HashSet<string> used = [];
        foreach (ITestCase test in all)
        {
            used.Add(lines.FirstOrDefault(line => test.DisplayName.Contains(line.Part, StringComparison.Ordinal)).Part ?? "");
        }

        return [.. lines.Select(line => line.Part).Where(part => !used.Contains(part))];
    }
}
