namespace Liveness;

/// <summary>A section of a configuration, as the options know it that were read from it.</summary>
internal interface ISettingsSource
{
    /// <summary>Its path.</summary>
    string Section { get; }

    /// <summary>What was read has come into force: what is absent after a change stays as it is here.</summary>
    void Keep(IReadOnlyDictionary<string, string?> entries);
}
