using NATS.Client.Core;

namespace Liveness.NATS.Net;

/// <summary>A connection whose bytes pass through a stream of ours.</summary>
/// <param name="connection">Has the stream.</param>
/// <param name="inner">What is beneath it; disposed after it.</param>
internal sealed class StreamConnection(LivenessConnection connection, IAsyncDisposable inner) : INatsSocketConnection
{
    public async ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer)
    {
        await connection.Stream.WriteAsync(buffer).ConfigureAwait(false);
        return buffer.Length;
    }

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => connection.Stream.ReadAsync(buffer);

    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync().ConfigureAwait(false);
        await inner.DisposeAsync().ConfigureAwait(false);
    }
}
