namespace Liveness;

/// <summary>What becomes of a connection that is lost.</summary>
public enum LossAction
{
    /// <summary>
    /// It is cut off: a socket by a TCP reset, so that pending reads and writes fail with <see cref="ConnectionLostException"/> and the
    /// peer hears of it.
    /// </summary>
    Abort,

    /// <summary>
    /// It is left open: you are told, and close it yourself. Beside an in-band heartbeat reads and writes fail all the same, because its
    /// bytes can't be told from beats.
    /// </summary>
    ReportOnly,
}
