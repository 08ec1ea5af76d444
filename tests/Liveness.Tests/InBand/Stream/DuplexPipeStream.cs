using System.IO.Pipes;

namespace Liveness.Tests.InBand;

/// <summary>Two anonymous pipes as one stream: empty reads return at once, and reads can't be cancelled.</summary>
internal sealed class DuplexPipeStream(PipeStream incoming, PipeStream outgoing) : Stream
{
    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public static (Stream Client, Stream Server) CreatePair()
    {
        AnonymousPipeServerStream upOut = new(PipeDirection.Out);
        AnonymousPipeServerStream downOut = new(PipeDirection.Out);
        AnonymousPipeClientStream upIn = new(PipeDirection.In, upOut.ClientSafePipeHandle);
        AnonymousPipeClientStream downIn = new(PipeDirection.In, downOut.ClientSafePipeHandle);
        return (new DuplexPipeStream(downIn, upOut), new DuplexPipeStream(upIn, downOut));
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => incoming.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => outgoing.WriteAsync(buffer, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => incoming.Read(buffer, offset, count);

    public override void Write(byte[] buffer, int offset, int count) => outgoing.Write(buffer, offset, count);

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        outgoing.Dispose();
        incoming.Dispose();
        base.Dispose(disposing);
    }
}
