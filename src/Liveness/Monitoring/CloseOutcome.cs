namespace Liveness;

/// <summary>The outcome of a close for the bytes that this end had written.</summary>
public enum CloseOutcome
{
    /// <summary>The peer has received everything: it said goodbye after all of it, or its counts cover all of it.</summary>
    Confirmed = 0,

    /// <summary>
    /// The peer has not confirmed everything, or did not answer the goodbye: see <see cref="CloseResult.UnconfirmedBytes"/> and
    /// <see cref="CloseResult.Loss"/>.
    /// </summary>
    NotConfirmed,

    /// <summary>
    /// This end aborted the connection by <see cref="HeartbeatStream.AbortAsync"/>. Nothing was sent after that but the message that it
    /// did.
    /// </summary>
    Aborted,
}
