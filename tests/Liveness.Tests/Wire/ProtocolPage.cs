using System.Globalization;

namespace Liveness.Tests;

/// <summary>PROTOCOL.md as test data: its fenced blocks hold a line that names a frame, then indented lines of hexadecimal bytes.</summary>
internal static class ProtocolPage
{
    public static string Text { get; } = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Wire", "PROTOCOL.md"));

    /// <summary>The lines of one section, without those of the next.</summary>
    public static IEnumerable<string> Section(string heading) => Text.Split('\n')
        .SkipWhile(line => !line.StartsWith(heading + " ", StringComparison.Ordinal))
        .Skip(1)
        .TakeWhile(line => !line.StartsWith('#'));

    /// <summary>The lines of a fenced block.</summary>
    public static IEnumerable<string> Lines(string block) => Text.Split('\n')
        .SkipWhile(line => line != "```" + block)
        .Skip(1)
        .TakeWhile(line => line != "```");

    public static IReadOnlyList<ProtocolVector> Block(string name)
    {
        List<ProtocolVector> vectors = [];
        foreach (string line in Lines(name))
        {
            if (line.StartsWith(' '))
            {
                byte[] bytes = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    .Select(hex => byte.Parse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))
                    .ToArray();
                vectors[^1] = vectors[^1] with { Bytes = [.. vectors[^1].Bytes, .. bytes] };
            }
            else if (line.Length > 0)
            {
                vectors.Add(new ProtocolVector(line, []));
            }
        }

        return vectors;
    }
}
