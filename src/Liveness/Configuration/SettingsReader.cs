using System.Globalization;

namespace Liveness;

/// <summary>
/// Puts what stands in a configuration into options. Pure: a key that nobody knows is as wrong as a value that nobody can read.
/// </summary>
internal static class SettingsReader
{
    /// <param name="entries">By their paths from the section.</param>
    /// <param name="section">Its path, for what is to be said.</param>
    /// <param name="options">Set.</param>
    /// <returns>Everything that is wrong.</returns>
    public static IReadOnlyList<string> Apply(IReadOnlyDictionary<string, string?> entries, string section, LivenessOptions options)
    {
        options.KeepAlive ??= new();
        options.Heartbeat ??= new();
        options.SideChannel ??= new();
        options.SideChannel.Client ??= new();
        options.SideChannel.Listener ??= new();
        List<string> failures = [];
        foreach ((string key, string? text) in entries.OrderBy(entry => entry.Key, SectionText.Comparer))
        {
            if (SettingTable.Find(key) is { } setting)
            {
                if (setting.TrySet(options, text) is { } problem)
                {
                    failures.Add($"{SectionText.Join(section, setting.Path)} {problem}");
                }
            }
            else if (text is not null || !SettingTable.IsSection(key))
            {
                // An empty section sets nothing.
                failures.Add(Unknown(key, section));
            }
        }

        return [.. failures.Distinct()];
    }

    private static string Unknown(string key, string section)
    {
        if (SettingTable.IsSection(key))
        {
            return $"{SectionText.Join(section, key)} is a single value or an empty array, but must be a section with "
                + $"{List(SettingTable.KeysIn(key))}.";
        }

        string[] parts = key.Split(':');
        string known = "";
        int depth = 0;
        while (SettingTable.IsSection(SectionText.Join(known, parts[depth])))
        {
            known = SectionText.Join(known, parts[depth++]);
        }

        string culprit = SectionText.Join(known, parts[depth]);
        string path = SectionText.Join(section, Shown(culprit));
        if (SettingTable.Find(culprit) is { } value)
        {
            string kind = parts[depth + 1] == "0" ? "an array" : "a section";
            return $"{path} is {kind}, but must be a single value: {value.Form.Allowed}.";
        }

        if (int.TryParse(parts[depth], NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            string array = known.Length == 0 ? section : SectionText.Join(section, known);
            return $"{array} is an array, but must be a section with {List(SettingTable.KeysIn(known))}: write {{ }} in place of [ ].";
        }

        string beneath = string.Join(':', parts[(depth + 1)..]);
        return beneath.Length > 0 && (SettingTable.Find(beneath) is not null || SettingTable.IsSection(beneath))
            ? $"{path} is no setting, but holds settings: bind \"{path}\" in place of \"{section}\", or take that level out."
            : $"{path} is no setting{Meant(parts[depth], known, section, isLast: beneath.Length == 0)}";
    }

    /// <summary>What somebody may have meant, to follow "is no setting".</summary>
    private static string Meant(string wanted, string known, string section, bool isLast)
    {
        string colons = SectionText.Join(known, wanted.Replace("__", ":", StringComparison.Ordinal));
        if (wanted.Contains("__", StringComparison.Ordinal) && (SettingTable.Find(colons) is not null || SettingTable.IsSection(colons)))
        {
            return $": \"__\" stands for \":\" in names of environment variables only. Write \"{colons}\", or sections within each other.";
        }

        if (isLast && SettingTable.All.FirstOrDefault(
                setting => SectionText.Comparer.Equals(setting.Path.Split(':')[^1], wanted)) is { } elsewhere)
        {
            return $": {elsewhere.Path.Split(':')[^1]} belongs to \"{SectionText.Join(section, elsewhere.Path)}\".";
        }

        string[] keys = [.. SettingTable.KeysIn(known)];
        return Nearest.Of(wanted, keys) is { } near ? $": did you mean \"{near}\"?" : $"; there are {List(keys)}.";
    }

    /// <summary>A key of any length and of any characters, white space at its ends among them.</summary>
    private static string Shown(string key)
    {
        string quoted = QuotedText.Of(key);
        return quoted == $"\"{key}\"" && key.Trim() == key ? key : quoted;
    }

    private static string List(IEnumerable<string> keys) => string.Join(", ", keys);
}
