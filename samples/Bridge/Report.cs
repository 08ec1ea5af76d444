using System.Globalization;

namespace Bridge;

/// <summary>What the bridge prints: one line an event.</summary>
internal static class Report
{
    public static void Write(string text)
    {
        string line = text.ReplaceLineEndings(" ");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.Now:yyyy-MM-dd HH:mm:ss.fff} {line}"));
    }
}
