using NATS.Client.Core;

namespace Liveness.NATS.Net;

/// <summary>The bytes of a connection that shows no stream.</summary>
/// <remarks>What has begun can't be cancelled: only the end of the connection ends it.</remarks>
internal sealed class ConnectionStream(INatsSocketConnection connection) : Stream
{
    /// <summary>Interlocked: 1 = disposed.</summary>
    private int _isDisposed;

    public override bool CanRead => Volatile.Read(ref _isDisposed) == 0;

    public override bool CanWrite => Volatile.Read(ref _isDisposed) == 0;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();

        // An empty receive means something else to every connection.
        return buffer.IsEmpty ? 0 : await connection.ReceiveAsync(buffer).ConfigureAwait(false);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (!buffer.IsEmpty)
        {
            int sent = await connection.SendAsync(buffer).ConfigureAwait(false);
            if (sent <= 0 || sent > buffer.Length)
            {
                throw new IOException($"{connection.GetType()} says that it has sent {sent} of {buffer.Length} bytes.");
            }

            buffer = buffer[sent..];
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>What was written is handed over.</summary>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw OnlyAsynchronous();

    public override void Write(byte[] buffer, int offset, int count) => throw OnlyAsynchronous();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }

        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Waits for the connection, which has no other way: whoever disposes a stream of somebody else counts on that.</summary>
    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            connection.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }

        base.Dispose(disposing);
    }

    private static NotSupportedException OnlyAsynchronous() =>
        new("A connection of NATS has no synchronous way. Use ReadAsync and WriteAsync.");
}
