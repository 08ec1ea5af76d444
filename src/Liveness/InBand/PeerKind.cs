namespace Liveness;

/// <summary>What a peer turns out to be.</summary>
internal enum PeerKind
{
    /// <summary>It may still become either.</summary>
    Undecided,

    /// <summary>It speaks Liveness, or is to show it.</summary>
    Liveness,

    /// <summary>It speaks something else.</summary>
    Plain,
}
