namespace Liveness;

/// <summary>What somebody may have meant who has misspelt a name.</summary>
internal static class Nearest
{
    /// <summary>Longer ones are no names; comparing them would only cost time.</summary>
    private const int Longest = 128;

    /// <summary>Fewer letters begin too many names.</summary>
    private const int Beginning = 4;

    /// <returns>Null = nothing is near.</returns>
    public static string? Of(string wanted, IEnumerable<string> known) => wanted.Length > Longest ? null
        : Order(wanted, known).FirstOrDefault(name => Distance(wanted, name) <= Math.Max(1, Math.Max(wanted.Length, name.Length) / 3))
            ?? Order(wanted, known).FirstOrDefault(name => Begins(wanted, name) || Begins(name, wanted));

    /// <summary>The nearest first.</summary>
    public static IEnumerable<string> Order(string wanted, IEnumerable<string> known) =>
        known.OrderBy(name => Distance(wanted, name)).ThenBy(name => name, StringComparer.Ordinal);

    /// <summary>As "DetectWithinSeconds" and "Kernel" do.</summary>
    private static bool Begins(string longer, string shorter) =>
        shorter.Length >= Beginning && longer.StartsWith(shorter, StringComparison.OrdinalIgnoreCase);

    /// <summary>How many letters have to be put in, taken out or replaced; upper or lower case does not count.</summary>
    private static int Distance(string left, string right)
    {
        int[] before = [.. Enumerable.Range(0, right.Length + 1)];
        int[] row = new int[right.Length + 1];
        for (int i = 1; i <= left.Length; i++)
        {
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int replaced = before[j - 1] + (char.ToUpperInvariant(left[i - 1]) == char.ToUpperInvariant(right[j - 1]) ? 0 : 1);
                row[j] = Math.Min(replaced, Math.Min(before[j], row[j - 1]) + 1);
            }

            (before, row) = (row, before);
        }

        return before[right.Length];
    }
}
