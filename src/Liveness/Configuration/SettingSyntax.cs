using System.Globalization;

namespace Liveness;

/// <summary>Makes settings of each type that there is.</summary>
internal static class SettingSyntax
{
    public static Setting Duration(
        string path, Func<LivenessOptions, TimeSpan> get, Action<LivenessOptions, TimeSpan> set, bool infinite = false) =>
        new Setting<TimeSpan>(
            path, get, set, (string text, out TimeSpan value) => DurationText.Parse(text, infinite, IsLimited(path), out value),
            DurationText.Write);

    public static Setting OptionalDuration(
        string path, Func<LivenessOptions, TimeSpan?> get, Action<LivenessOptions, TimeSpan?> set, bool infinite = false) =>
        Optional(
            path, get, set, (string text, out TimeSpan value) => DurationText.Parse(text, infinite, IsLimited(path), out value),
            DurationText.Write);

    public static Setting Number(string path, Func<LivenessOptions, int> get, Action<LivenessOptions, int> set) =>
        new Setting<int>(path, get, set, ParseNumber, Write);

    public static Setting OptionalNumber(string path, Func<LivenessOptions, int?> get, Action<LivenessOptions, int?> set) =>
        Optional(path, get, set, ParseNumber, Write);

    public static Setting Flag(string path, Func<LivenessOptions, bool> get, Action<LivenessOptions, bool> set) =>
        new Setting<bool>(path, get, set, ParseFlag, value => value ? "true" : "false");

    public static Setting Text(string path, Func<LivenessOptions, string?> get, Action<LivenessOptions, string?> set) =>
        new Setting<string?>(path, get, set, Take, value => value ?? "null");

    /// <summary>Neither a message nor a log shows it.</summary>
    public static Setting Secret(string path, Func<LivenessOptions, string?> get, Action<LivenessOptions, string?> set) =>
        new Setting<string?>(path, get, set, Take, value => value is null ? "null" : "(set)");

    public static Setting Choice<T>(string path, Func<LivenessOptions, T> get, Action<LivenessOptions, T> set)
        where T : struct, Enum => new Setting<T>(path, get, set, ParseChoice, value => value.ToString());

    private static Setting<T?> Optional<T>(
        string path, Func<LivenessOptions, T?> get, Action<LivenessOptions, T?> set, SettingParser<T> parse, Func<T, string> write)
        where T : struct
    {
        return new Setting<T?>(path, get, set, ParseUnlessEmpty, value => value is { } known ? write(known) : "null");

        string? ParseUnlessEmpty(string text, out T? value)
        {
            value = null;
            if (text.Length == 0)
            {
                // How an environment variable says null.
                return null;
            }

            string? problem = parse(text, out T parsed);
            value = parsed;
            return problem;
        }
    }

    /// <summary>At a day and above, which is what a bare number counts.</summary>
    private static bool IsLimited(string path) => path.EndsWith(nameof(LivenessOptions.DetectWithin), StringComparison.Ordinal);

    private static string? ParseFlag(string text, out bool value) =>
        bool.TryParse(text, out value) ? null : $"is \"{text}\", but must be true or false.";

    private static string? ParseNumber(string text, out int value) =>
        int.TryParse(
            text,
            NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
            CultureInfo.InvariantCulture,
            out value)
            ? null
            : $"is \"{text}\", but must be a whole number.";

    private static string? ParseChoice<T>(string text, out T value)
        where T : struct, Enum
    {
        // A number that is no choice is refused by the rules for the options, as one that was set in code.
        bool isNumber = int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);

        // Several at once, "A,B", are one number as well, and mean nothing.
        bool isOne = !text.Contains(',', StringComparison.Ordinal);
        if (Enum.TryParse(text, ignoreCase: true, out value) && isOne && (isNumber || Enum.IsDefined(value)))
        {
            return null;
        }

        string[] names = Enum.GetNames<T>();
        string meant = Nearest.Of(text, names) is { } near ? $" Did you mean \"{near}\"?" : "";
        return $"is \"{text}\", but must be {string.Join(", ", names[..^1])} or {names[^1]}.{meant}";
    }

    private static string? Take(string text, out string? value)
    {
        value = text;
        return null;
    }

    private static string Write(int value) => value.ToString(CultureInfo.InvariantCulture);
}
