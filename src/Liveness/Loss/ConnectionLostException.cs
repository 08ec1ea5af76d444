namespace Liveness;

/// <summary>Thrown by reads and writes that were pending at a loss, and by every later one.</summary>
/// <remarks>
/// An <see cref="IOException"/>, so that code written for bare streams handles it. Its message is the one-line text of <see cref="Loss"/>.
/// </remarks>
public sealed class ConnectionLostException : IOException
{
    /// <summary>Wraps a loss.</summary>
    /// <param name="loss">The loss; its exception becomes the inner exception.</param>
    /// <exception cref="ArgumentNullException"><paramref name="loss"/> is null.</exception>
    public ConnectionLostException(ConnectionLoss loss)
        : base(loss?.ToString(), loss?.Exception)
    {
        ArgumentNullException.ThrowIfNull(loss);
        Loss = loss;
    }

    /// <summary>Why the connection was lost.</summary>
    public ConnectionLoss Loss { get; }
}
