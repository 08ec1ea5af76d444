namespace Liveness;

/// <summary>A section of a configuration as it stands there.</summary>
/// <param name="Exists">It is there; perhaps empty.</param>
/// <param name="IsSingleValue">It has a text of its own, as a setting has.</param>
/// <param name="Entries">Every setting beneath it, by its path from there. A null is written as one, or is an empty section.</param>
internal sealed record SectionText(bool Exists, bool IsSingleValue, IReadOnlyDictionary<string, string?> Entries)
{
    /// <summary>The configuration's own rule for keys.</summary>
    public static StringComparer Comparer => StringComparer.OrdinalIgnoreCase;

    public static string Join(string path, string key) => path.Length == 0 ? key : $"{path}:{key}";

    public static bool IsBeneath(string key, string path) =>
        key.Length > path.Length && key[path.Length] == ':' && key.StartsWith(path, StringComparison.OrdinalIgnoreCase);
}
