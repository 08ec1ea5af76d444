namespace Liveness;

/// <summary>When a connection began, and whether it was counted as active then: only then its end is counted, too. One word, for every connection has one.</summary>
internal readonly struct ConnectionLife(Instant begunAt, bool isCounted)
{
    private readonly long _ticksAndFlag = (begunAt.Ticks << 1) | (isCounted ? 1L : 0);

    public Instant BegunAt => new(_ticksAndFlag >> 1);

    public bool IsCounted => (_ticksAndFlag & 1) != 0;
}
