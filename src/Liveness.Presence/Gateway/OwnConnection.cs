namespace Liveness.Presence;

/// <summary>A connection of this process that has a key.</summary>
/// <param name="name">Of its settings.</param>
/// <param name="remote">Its description.</param>
/// <param name="bound">In milliseconds; null = silence has no limit.</param>
/// <param name="attachedAt">By the own monotonic clock.</param>
internal sealed class OwnConnection(string name, string remote, long? bound, TimeSpan attachedAt)
{
    private EntryData? _entry;

    /// <summary>Null = its owner has taken the key from it.</summary>
    public OwnKey? Key { get; set; }

    /// <summary>The one of the same key that was attached before.</summary>
    public OwnConnection? Older { get; set; }

    public TimeSpan AttachedAt => attachedAt;

    /// <summary>Null = it was never written.</summary>
    public EntryData? Written => _entry;

    /// <summary>Its time stays as it was first written: pointers are compared by it.</summary>
    public EntryData Entry(StoreClock clock) => _entry ??= new EntryData(clock.At(attachedAt), name, remote, bound);

    /// <summary>The clock of the store went back: an older connection that has ended seems newer.</summary>
    public void MoveAfter(long since) => _entry = _entry! with { Since = Math.Max(_entry.Since, since + 1) };
}
