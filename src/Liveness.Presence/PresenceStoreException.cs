namespace Liveness.Presence;

/// <summary>The presence store doesn't answer, or refuses. The message says why and what to do. Connections are not affected.</summary>
public sealed class PresenceStoreException : Exception
{
    /// <summary>Makes an exception with a message.</summary>
    /// <param name="message">What the store did, why, and what to do.</param>
    /// <param name="innerException">What the client of the store has thrown; null, the default, means nothing.</param>
    public PresenceStoreException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>Makes an exception without a message of its own.</summary>
    public PresenceStoreException()
        : this("The presence store doesn't answer.")
    {
    }

    /// <summary>Makes an exception with a message.</summary>
    /// <param name="message">What the store did, why, and what to do.</param>
    public PresenceStoreException(string message)
        : this(message, null)
    {
    }
}
