using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Liveness.Benchmarks;

/// <summary>What a connection handler of Kestrel's has: two pipes.</summary>
internal sealed class PipeEnd(IDuplexPipe pipe, IAsyncDisposable owner) : IEnd
{
    public long? ReceiveWindow => null;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data) => await pipe.Output.WriteAsync(data).ConfigureAwait(false);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReadAsync(Memory<byte> buffer)
    {
        ReadResult result = await pipe.Input.ReadAsync().ConfigureAwait(false);
        int count = (int)Math.Min(result.Buffer.Length, buffer.Length);
        ReadOnlySequence<byte> taken = result.Buffer.Slice(0, count);
        taken.CopyTo(buffer.Span);
        pipe.Input.AdvanceTo(taken.End);
        return count;
    }

    public ValueTask DisposeAsync() => owner.DisposeAsync();

    /// <summary>For what is written for streams.</summary>
    public Stream AsStream() => new PipeEndStream(this);
}
