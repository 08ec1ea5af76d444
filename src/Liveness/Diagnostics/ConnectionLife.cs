namespace Liveness.Diagnostics;

/// <summary>
/// When a connection began, and whether it was counted as active then: only then its end is counted, too. One word, for every connection
/// has one.
/// </summary>
internal readonly struct ConnectionLife(Instant begunAt, bool isCounted)
{
    private readonly long _ticksAndFlags = (begunAt.Ticks << 2) | (isCounted ? 3L : 1L);

    /// <summary>False for the default: nothing of it is measured.</summary>
    public bool HasBegun => (_ticksAndFlags & 1) != 0;

    public Instant BegunAt => new(_ticksAndFlags >> 2);

    public bool IsCounted => (_ticksAndFlags & 2) != 0;
}
