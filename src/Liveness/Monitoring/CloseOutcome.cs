namespace Liveness;

/// <summary>How the end of a connection went for what this end had written.</summary>
public enum CloseOutcome
{
    /// <summary>The peer has everything: it said goodbye after all of it, or its counts cover all of it.</summary>
    Confirmed = 0,

    /// <summary>
    /// The peer has not confirmed everything, or did not answer the goodbye: see <see cref="CloseResult.UnconfirmedBytes"/> and
    /// <see cref="CloseResult.Loss"/>.
    /// </summary>
    NotConfirmed,

    /// <summary>
    /// This end aborted the connection: <see cref="HeartbeatStream.AbortAsync"/>. Nothing more was sent but the word that it did.
    /// </summary>
    Aborted,
}
