namespace Liveness;

/// <summary>The action that follows the loss of a connection.</summary>
public enum LossAction
{
    /// <summary>
    /// The connection is cut off, a socket by a TCP reset. Pending reads and writes fail with <see cref="ConnectionLostException"/>, and
    /// the peer sees the reset.
    /// </summary>
    Abort,

    /// <summary>
    /// The connection stays open. The loss is reported, and you close the connection yourself. In-band, reads and writes fail all the same,
    /// because data can no longer be told from beats.
    /// </summary>
    ReportOnly,
}
