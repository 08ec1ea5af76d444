namespace Liveness;

/// <summary>What one look at a section has put into options, and what was wrong with it.</summary>
internal sealed class SectionReading(ISettingsSource source, IReadOnlyDictionary<string, string?> entries)
{
    /// <summary>Its path in the configuration.</summary>
    public string Section => source.Section;

    /// <summary>Everything that is wrong.</summary>
    public IReadOnlyList<string> Failures { get; init; } = [];

    /// <summary>Nothing could be read: what follows from that is not worth telling.</summary>
    public bool IsUnreadable { get; init; }

    /// <summary>What was there at the last good look and is no longer: left as it was.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>Whether a setting stands there.</summary>
    public bool Has(string key) => entries.ContainsKey(key);

    /// <summary>The options were valid: this is the last good look from now on.</summary>
    public void Keep() => source.Keep(entries);
}
