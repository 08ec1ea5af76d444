namespace Liveness;

/// <summary>A stream that shows the bytes that have arrived, and keeps them for the next read. Implement it on a stream of your own if an
/// accepting end serves plain peers over it (<see cref="PlainPeers.Serve"/>): such a peer is then recognised without taking a byte out of
/// the stream, and you can go on reading what lies beneath.</summary>
/// <remarks>The library peeks before its first read only, once at a time.</remarks>
public interface IPeekable
{
    /// <summary>Waits until a number of bytes has arrived, and copies them without taking them.</summary>
    /// <param name="buffer">The memory that receives the bytes.</param>
    /// <param name="atLeast">The number of bytes to wait for: at least 1, and at most the length of the buffer.</param>
    /// <param name="cancellationToken">Cancels the waiting. A read afterwards must return everything that has arrived.</param>
    /// <returns>The number of bytes in the buffer, counted from the beginning of what has not been read. It is less than
    /// <paramref name="atLeast"/> only if the peer sends nothing more.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    ValueTask<int> PeekAsync(Memory<byte> buffer, int atLeast, CancellationToken cancellationToken);
}
