using System.Reflection;

namespace Liveness.Tool.Conformance;

/// <summary>
/// Reads the cases. A line in the first column is <c>CASE section name</c>, with <c>{a b c}</c> behind it where the case is played once for
/// each of these words; <c>{}</c> stands for the word. The indented lines are its steps. Lines that begin with # say why.
/// </summary>
internal static class CaseFile
{
    private const string SideFile = "side-channel.cases";

    private static readonly char[] s_braces = ['{', '}'];

    /// <summary>Of the first chapter.</summary>
    public static IReadOnlyList<ConformanceCase> All { get; } = [.. Embedded(isSide: false)];

    /// <summary>Of the side channel, for both roles of a testee.</summary>
    public static IReadOnlyList<ConformanceCase> SideChannel { get; } = [.. Embedded(isSide: true)];

    /// <summary>What such a testee is asked. The first word of a name in the side channel's chapter says for whom it is.</summary>
    public static IEnumerable<ConformanceCase> Of(Chapter chapter) => chapter switch
    {
        Chapter.Heartbeat => All,
        Chapter.SideServer => SideChannel.Where(one => !one.Name.StartsWith("client-", StringComparison.Ordinal)),
        _ => SideChannel.Where(one => !one.Name.StartsWith("server-", StringComparison.Ordinal)),
    };

    /// <exception cref="FormatException">A line is no case and no step; the message has it.</exception>
    public static List<ConformanceCase> Parse(string text)
    {
        List<ConformanceCase> cases = [];
        Dictionary<string, int> numbers = [];
        List<string[]> steps = [];
        (string Section, string Name, string[] Each)? open = null;
        foreach (string line in text.Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (line.StartsWith("CASE ", StringComparison.Ordinal))
            {
                Close();
                string[] halves = line.Split(s_braces, StringSplitOptions.TrimEntries);
                string[] words = halves[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (words.Length != 3)
                {
                    throw new FormatException($"No \"CASE section name\": {line}");
                }

                open = (words[1], words[2], halves.Length > 1 ? halves[1].Split(' ', StringSplitOptions.RemoveEmptyEntries) : [""]);
            }
            else if (open is null || line[0] != ' ')
            {
                throw new FormatException($"Neither a case nor a step of one: {line}");
            }
            else
            {
                steps.Add(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            }
        }

        Close();
        return cases;

        void Close()
        {
            if (open is not { } one)
            {
                return;
            }

            foreach (string word in one.Each)
            {
                int number = numbers[one.Section] = numbers.GetValueOrDefault(one.Section) + 1;
                cases.Add(new ConformanceCase(
                    $"{one.Section}-{number:00}",
                    word.Length == 0 ? one.Name : $"{one.Name} {word}",
                    one.Section,
                    [.. steps.Select(step => new CaseStep(step[0], [.. step.Skip(1).Select(InPlace)]))]));

                string InPlace(string each) => each.Replace("{}", word, StringComparison.Ordinal);
            }

            steps.Clear();
        }
    }

    private static IEnumerable<ConformanceCase> Embedded(bool isSide)
    {
        Assembly assembly = typeof(CaseFile).Assembly;
        IEnumerable<string> names = assembly.GetManifestResourceNames().Where(name => name.EndsWith(".cases", StringComparison.Ordinal));
        foreach (string name in names
            .Where(name => name.EndsWith(SideFile, StringComparison.Ordinal) == isSide).Order(StringComparer.Ordinal))
        {
            using StreamReader reader = new(assembly.GetManifestResourceStream(name)!);
            foreach (ConformanceCase one in Parse(reader.ReadToEnd()))
            {
                yield return one;
            }
        }
    }
}
