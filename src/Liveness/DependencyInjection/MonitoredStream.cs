using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Liveness;

/// <summary>
/// Passes everything on, and says why when it fails because the connection was lost: so that code that reads and writes catches the same in
/// every mode.
/// </summary>
/// <param name="inner">What is read and written.</param>
/// <param name="leaveOpen">It is not closed with this stream.</param>
/// <param name="monitor">Knows of a loss.</param>
/// <param name="look">Has whoever watches look at once; null = that would tell nothing new.</param>
/// <param name="endWatching">At once, and waits for nothing.</param>
/// <param name="dispose">Ends the watching, too, and waits for handlers.</param>
internal sealed class MonitoredStream(
    Stream inner, bool leaveOpen, ConnectionMonitor monitor, Action? look, Action endWatching, Func<ValueTask> dispose) : Stream
{
    private volatile bool _disposed;

    public override bool CanRead => !_disposed && inner.CanRead;

    public override bool CanWrite => !_disposed && inner.CanWrite;

    public override bool CanSeek => false;

    public override bool CanTimeout => inner.CanTimeout;

    public override int ReadTimeout
    {
        get => Inner.ReadTimeout;
        set => Inner.ReadTimeout = value;
    }

    public override int WriteTimeout
    {
        get => Inner.WriteTimeout;
        set => Inner.WriteTimeout = value;
    }

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Read(buffer.AsSpan(offset, count));
    }

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return buffer.IsEmpty ? Inner.Read(buffer) : Checked(Inner.Read(buffer));
        }
        catch (Exception failure) when (MayBeLoss(failure))
        {
            ThrowIfLost();
            throw;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            int count = await Inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            return buffer.IsEmpty ? count : Checked(count);
        }
        catch (Exception failure) when (MayBeLoss(failure))
        {
            ThrowIfLost();
            throw;
        }
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        Write(buffer.AsSpan(offset, count));
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            Inner.Write(buffer);
        }
        catch (Exception failure) when (MayBeLoss(failure))
        {
            ThrowIfLost();
            throw;
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await Inner.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (MayBeLoss(failure))
        {
            ThrowIfLost();
            throw;
        }
    }

    public override IAsyncResult BeginRead(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(ReadAsync(buffer, offset, count, CancellationToken.None), callback, state);

    public override int EndRead(IAsyncResult asyncResult) => TaskToAsyncResult.End<int>(asyncResult);

    public override IAsyncResult BeginWrite(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(WriteAsync(buffer, offset, count, CancellationToken.None), callback, state);

    public override void EndWrite(IAsyncResult asyncResult) => TaskToAsyncResult.End(asyncResult);

    public override void Flush()
    {
        try
        {
            inner.Flush();
        }
        catch (Exception failure) when (MayBeLoss(failure))
        {
            ThrowIfLost();
            throw;
        }
    }

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            await inner.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (MayBeLoss(failure))
        {
            ThrowIfLost();
            throw;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        _disposed = true;
        await dispose().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        _disposed = true;
        if (disposing)
        {
            // Before the socket closes, which can't be asked afterwards whether its peer has answered since the last look.
            endWatching();
            if (!leaveOpen)
            {
                inner.Dispose();
            }

            // Waits for handlers, which this must not.
            _ = dispose().AsTask();
        }

        base.Dispose(disposing);
    }

    /// <summary>Where it is left open it lives on; this stream does not.</summary>
    private Stream Inner
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return inner;
        }
    }

    /// <summary>A kernel that gives a connection up may show it as a clean end to whoever reads.</summary>
    private int Checked(int count)
    {
        if (count == 0)
        {
            ThrowIfLost();
        }

        return count;
    }

    /// <summary>A loss closes the socket under whoever waits. What the caller has disposed says so, also after a loss.</summary>
    private bool MayBeLoss(Exception failure) =>
        failure is not ConnectionLostException
            and (IOException or ObjectDisposedException or OperationCanceledException { CancellationToken.IsCancellationRequested: false })
        && !_disposed && (monitor.Loss is not null || failure.InnerException is SocketException);

    /// <summary>
    /// Whoever meets the kernel's error in a read of its own may close the stream at once, as clients of HTTP do: the loss is judged
    /// before, or nobody would ever hear of it.
    /// </summary>
    private void ThrowIfLost()
    {
        if (monitor.Loss is null)
        {
            look?.Invoke();
        }

        if (monitor.Loss is { } loss)
        {
            throw new ConnectionLostException(loss);
        }
    }
}
