namespace Liveness.Tests.Wire.Sessions;

/// <summary>One case of the page's "sessions" block: its name, the section that it belongs to, and its steps in order.</summary>
internal sealed record SessionVector(string Name, string Section, IReadOnlyList<SessionStep> Steps)
{
    public static IReadOnlyList<SessionVector> All { get; } = Parse(ProtocolPage.Lines("sessions"));

    /// <summary>The rule that the case ends with; null = it breaks none.</summary>
    public ProtocolRule? Rule => Steps.Where(step => step is { Verb: "lost", Words: ["ProtocolViolated", _] })
        .Select(step => (ProtocolRule?)Enum.Parse<ProtocolRule>(step.Words[1])).SingleOrDefault();

    private static List<SessionVector> Parse(IEnumerable<string> lines)
    {
        Dictionary<string, string[]> names = [];
        List<SessionVector> all = [];
        List<SessionStep> steps = [];
        foreach (string line in lines.Where(line => line.Length > 0))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words[0] == "LET")
            {
                names.Add("$" + words[1], Expand(words[2..]));
            }
            else if (words[0] == "CASE")
            {
                steps = [];
                all.Add(new SessionVector(words[1], words[2], steps));
            }
            else if (words[0] == "open")
            {
                steps.Add(new SessionStep("take", names["$any-hello"]));
                steps.Add(new SessionStep("send", names["$hello"]));
            }
            else
            {
                steps.Add(new SessionStep(words[0], Expand(words[1..])));
            }
        }

        return all;

        string[] Expand(string[] words) => [.. words.SelectMany(word => names.TryGetValue(word, out string[]? named) ? named : [word])];
    }
}
