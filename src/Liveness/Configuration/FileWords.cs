using System.Text.RegularExpressions;

namespace Liveness;

/// <summary>Messages of the rules for options, which speak of properties, in the words of the file that the options come from.</summary>
internal static partial class FileWords
{
    /// <param name="message">It may begin with a property, and name others.</param>
    /// <param name="readings">Of the sections that the options come from; at least one.</param>
    public static string Of(string message, IReadOnlyList<SectionReading> readings)
    {
        // What a file has no word for is called there by another one.
        string translated = Properties().Replace(message, static property => InFile(property.Value))
            .Replace("Timeout.InfiniteTimeSpan", $"\"{DurationText.Infinite}\"", StringComparison.Ordinal)
            .Replace("-00:00:00.0010000", $"\"{DurationText.Infinite}\"", StringComparison.Ordinal);
        translated = Fractions().Replace(translated, "$1");
        string first = translated.Split(' ')[0];
        if (SettingTable.Find(first) is null && !SettingTable.IsSection(first))
        {
            return translated;
        }

        SectionReading source = readings.LastOrDefault(reading => reading.Has(first)) ?? readings[^1];
        return SectionText.Join(source.Section, translated);
    }

    [GeneratedRegex(@"\b[A-Z]\w*(\.[A-Z]\w*)+")]
    private static partial Regex Properties();

    /// <summary>Zeros at their ends.</summary>
    [GeneratedRegex(@"(:\d\d(?:\.\d*[1-9])?)\.?0+(?!\d)")]
    private static partial Regex Fractions();

    private static string InFile(string property)
    {
        string path = property.Replace('.', ':');
        return SettingTable.Find(path) is not null || SettingTable.IsSection(path) ? path : property;
    }
}
