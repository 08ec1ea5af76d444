namespace Liveness.Benchmarks;

/// <summary>One end of a connection, reduced to what is measured.</summary>
internal interface IEnd : IAsyncDisposable
{
    /// <summary>What the peer may have under way or unread here; null where the stack has no such limit of its own.</summary>
    long? ReceiveWindow { get; }

    ValueTask WriteAsync(ReadOnlyMemory<byte> data);

    /// <returns>How many bytes came; 0 = the end.</returns>
    ValueTask<int> ReadAsync(Memory<byte> buffer);
}
