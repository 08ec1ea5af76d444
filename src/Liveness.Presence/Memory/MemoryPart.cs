namespace Liveness.Presence;

/// <summary>The part of one run of a gateway, in memory.</summary>
internal sealed class MemoryPart
{
    public VersionMark Mark { get; set; }

    /// <summary>By the store's time: nobody has renewed it since.</summary>
    public long ExpiresAt { get; set; }

    public Dictionary<string, EntryData> Entries { get; init; } = new(StringComparer.Ordinal);

    /// <summary>The newest last.</summary>
    public List<LogLine> Log { get; init; } = [];

    public MemoryPart Copy() => new()
    {
        Mark = Mark,
        ExpiresAt = ExpiresAt,
        Entries = new Dictionary<string, EntryData>(Entries, StringComparer.Ordinal),
        Log = [.. Log],
    };
}
