using System.Buffers;
using System.IO.Pipelines;

namespace Liveness.Tests.DependencyInjection;

/// <summary>A pipe as a stream that shows its bytes, as a web server's transport can.</summary>
internal sealed class PeekablePipeStream(PipeReader input) : Stream, IPeekable
{
    private readonly Stream _reading = input.AsStream();

    /// <summary>How often somebody has read, and not only peeked.</summary>
    public int Reads { get; private set; }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public async ValueTask<int> PeekAsync(Memory<byte> buffer, int atLeast, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult result = await input.ReadAsync(cancellationToken);
            ReadOnlySequence<byte> bytes = result.Buffer;
            if (bytes.Length >= atLeast || result.IsCompleted)
            {
                int count = (int)Math.Min(bytes.Length, buffer.Length);
                bytes.Slice(0, count).CopyTo(buffer.Span);
                input.AdvanceTo(bytes.Start);
                return count;
            }

            input.AdvanceTo(bytes.Start, bytes.End);
        }
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Reads++;
        return _reading.ReadAsync(buffer, cancellationToken);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => _reading.Read(buffer, offset, count);

    public override void Write(byte[] buffer, int offset, int count)
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
