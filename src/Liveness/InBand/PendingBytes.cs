namespace Liveness;

/// <summary>A read that is under way, and where it puts what it finds.</summary>
/// <param name="Read">Says how many bytes; 0 = the end.</param>
/// <param name="Bytes">Nobody else's.</param>
internal sealed record PendingBytes(Task<int> Read, ReadOnlyMemory<byte> Bytes);
