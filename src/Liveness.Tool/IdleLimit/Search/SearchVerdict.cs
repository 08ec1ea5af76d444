namespace Liveness.Tool.IdleLimit;

/// <summary>What a search comes to. The names are those of the JSON.</summary>
internal enum SearchVerdict
{
    /// <summary>Connections live up to some idle time and are forgotten soon after it.</summary>
    Forgotten,

    /// <summary>The longest idle time that was asked for does no harm.</summary>
    NoLimit,

    /// <summary>The other side does not let a connection be idle for so long, and nothing is forgotten before.</summary>
    Ended,

    /// <summary>It could not be narrowed down.</summary>
    Unsure,
}
