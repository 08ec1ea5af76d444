namespace Liveness;

/// <summary>Which of two ends beats first: section 5.11 of PROTOCOL.md.</summary>
internal enum BeatRole : byte
{
    /// <summary>Each end beats by itself.</summary>
    None,

    /// <summary>Beats late in the interval, and before the other end's own time is up.</summary>
    Leads,

    /// <summary>Beats as soon as the other end's beat is there, which its own acknowledges.</summary>
    Follows,
}
