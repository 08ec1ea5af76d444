using System.Net.WebSockets;
using System.Runtime.CompilerServices;

namespace Liveness.Benchmarks;

/// <summary>One end of a WebSocket. Message boundaries are ignored: the reader takes what is there, as with every other stack.</summary>
internal sealed class WebSocketEnd(WebSocket socket) : IEnd
{
    public long? ReceiveWindow => null;

    public ValueTask WriteAsync(ReadOnlyMemory<byte> data) => socket.SendAsync(data, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);

    /// <summary>Pooled, so that the adapter adds no allocation of its own.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReadAsync(Memory<byte> buffer) => (await socket.ReceiveAsync(buffer, CancellationToken.None).ConfigureAwait(false)).Count;

    public ValueTask DisposeAsync()
    {
        socket.Abort();
        socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
