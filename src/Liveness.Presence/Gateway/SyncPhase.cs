namespace Liveness.Presence;

/// <summary>How far a gateway is with writing its part anew.</summary>
internal enum SyncPhase
{
    /// <summary>The store has the part.</summary>
    Whole = 0,

    /// <summary>Entries are written, as fast as is allowed.</summary>
    Writing,

    /// <summary>Every entry is there, and none that is not wanted; only the mark is missing.</summary>
    Purged,
}
