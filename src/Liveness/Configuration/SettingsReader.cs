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
            return $"{SectionText.Join(section, key)} is a single value, but must be a section with {List(SettingTable.KeysIn(key))}.";
        }

        string[] parts = key.Split(':');
        string known = "";
        int depth = 0;
        while (SettingTable.IsSection(SectionText.Join(known, parts[depth])))
        {
            known = SectionText.Join(known, parts[depth++]);
        }

        string culprit = SectionText.Join(known, parts[depth]);
        string path = SectionText.Join(section, culprit);
        if (SettingTable.Find(culprit) is not null)
        {
            return $"{path} is a section, but must be a single value.";
        }

        string beneath = string.Join(':', parts[(depth + 1)..]);
        if (beneath.Length > 0 && (SettingTable.Find(beneath) is not null || SettingTable.IsSection(beneath)))
        {
            return $"{path} is no setting, but holds settings: bind \"{path}\" in place of \"{section}\".";
        }

        if (beneath.Length == 0
            && SettingTable.All.FirstOrDefault(
                setting => SectionText.Comparer.Equals(setting.Path.Split(':')[^1], parts[^1])) is { } elsewhere)
        {
            return $"{path} is no setting: {parts[^1]} belongs to \"{SectionText.Join(section, elsewhere.Path)}\".";
        }

        string[] keys = [.. SettingTable.KeysIn(known)];
        return Nearest.Of(parts[depth], keys) is { } near
            ? $"{path} is no setting: did you mean \"{near}\"?"
            : $"{path} is no setting; there are {List(keys)}.";
    }

    private static string List(IEnumerable<string> keys) => string.Join(", ", keys);
}
