namespace Liveness.Presence;

/// <summary>Everything that a store in memory holds; under its lock.</summary>
internal sealed class MemoryState
{
    public Dictionary<string, Registration> Registrations { get; init; } = new(StringComparer.Ordinal);

    /// <summary>With the time at which each expires.</summary>
    public Dictionary<string, (Lease Lease, long ExpiresAt)> Leases { get; init; } = new(StringComparer.Ordinal);

    public Dictionary<PartId, MemoryPart> Parts { get; init; } = [];

    public Dictionary<string, Pointer> Pointers { get; init; } = new(StringComparer.Ordinal);

    public Dictionary<string, LossData> Losses { get; init; } = new(StringComparer.Ordinal);

    /// <summary>For tests: a store that fails over comes back as it was a while ago.</summary>
    public MemoryState Copy() => new()
    {
        Registrations = new Dictionary<string, Registration>(Registrations, StringComparer.Ordinal),
        Leases = new Dictionary<string, (Lease Lease, long ExpiresAt)>(Leases, StringComparer.Ordinal),
        Parts = Parts.ToDictionary(static part => part.Key, static part => part.Value.Copy()),
        Pointers = new Dictionary<string, Pointer>(Pointers, StringComparer.Ordinal),
        Losses = new Dictionary<string, LossData>(Losses, StringComparer.Ordinal),
    };

    public bool HasEntry(string key, Pointer pointer) =>
        Parts.TryGetValue(pointer.Part, out MemoryPart? part) && part.Entries.ContainsKey(key);

    /// <summary>What nobody has renewed is gone.</summary>
    public void Expire(long now)
    {
        foreach (string gateway in Leases.Where(lease => lease.Value.ExpiresAt <= now).Select(static lease => lease.Key).ToArray())
        {
            Leases.Remove(gateway);
        }

        foreach (PartId part in Parts.Where(part => part.Value.ExpiresAt <= now).Select(static part => part.Key).ToArray())
        {
            Parts.Remove(part);
        }
    }
}
