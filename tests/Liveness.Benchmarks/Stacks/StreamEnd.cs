namespace Liveness.Benchmarks;

/// <summary>An end that is a stream itself: the bare one, or <see cref="HeartbeatStream"/>. The same code drives both.</summary>
internal sealed class StreamEnd(Stream stream) : IEnd
{
    public long? ReceiveWindow => (stream as HeartbeatStream)?.Monitor.GetSnapshot().ReceiveWindow;

    /// <summary>Beats sent so far; 0 where there are none.</summary>
    public long BeatsSent => (stream as HeartbeatStream)?.Monitor.GetSnapshot().BeatsSent ?? 0;

    public ValueTask WriteAsync(ReadOnlyMemory<byte> data) => stream.WriteAsync(data);

    public ValueTask<int> ReadAsync(Memory<byte> buffer) => stream.ReadAsync(buffer);

    public ValueTask DisposeAsync() => stream.DisposeAsync();
}
