using System.Net.Sockets;

namespace Liveness.Testing;

/// <summary>One end of an <see cref="InMemoryLink"/>, whose lock guards its state.</summary>
internal sealed class InMemoryStream : Stream
{
    private readonly InMemoryLink _link;
    private readonly LinkDirection _incoming;
    private readonly LinkDirection _outgoing;
    private readonly LinkOperation _read;
    private readonly LinkOperation _write;
    private bool _closed;
    private bool _writesCompleted;

    public InMemoryStream(InMemoryLink link, LinkDirection incoming, LinkDirection outgoing)
    {
        (_link, _incoming, _outgoing) = (link, incoming, outgoing);
        (_read, _write) = (new LinkOperation(link), new LinkOperation(link));
    }

    public override bool CanRead => !_closed;

    public override bool CanWrite => !_closed;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        bool done;
        int count;
        Exception? error;
        lock (_link.Gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            _read.ThrowIfInUse("read");
            done = TryRead(buffer.Span, _link.Now, out count, out error);
            if (!done)
            {
                _read.Start(buffer, default, cancellationToken);
            }
        }

        _link.Settle();
        if (!done)
        {
            _read.ObserveCancellation();
            return new ValueTask<int>(_read, _read.Version);
        }

        return error is null ? ValueTask.FromResult(count) : ValueTask.FromException<int>(error);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        bool done;
        Exception? error;
        lock (_link.Gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            _write.ThrowIfInUse("write");
            done = TryWrite(ref buffer, _link.Now, out error);
            if (!done)
            {
                _write.Start(default, buffer, cancellationToken);
            }
        }

        _link.Settle();
        if (!done)
        {
            _write.ObserveCancellation();
            return new ValueTask(_write, _write.Version);
        }

        return error is null ? ValueTask.CompletedTask : ValueTask.FromException(error);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();

    public override void Write(byte[] buffer, int offset, int count) =>
        WriteAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();

    public override IAsyncResult BeginRead(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state)
        => TaskToAsyncResult.Begin(ReadAsync(buffer, offset, count, CancellationToken.None), callback, state);

    public override int EndRead(IAsyncResult asyncResult) => TaskToAsyncResult.End<int>(asyncResult);

    public override IAsyncResult BeginWrite(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state)
        => TaskToAsyncResult.Begin(WriteAsync(buffer, offset, count, CancellationToken.None), callback, state);

    public override void EndWrite(IAsyncResult asyncResult) => TaskToAsyncResult.End(asyncResult);

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Takes what there is room for, as a socket in non-blocking mode does.</summary>
    internal int SendNow(ReadOnlySpan<byte> bytes)
    {
        int count = 0;
        Exception? error;
        lock (_link.Gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            _write.ThrowIfInUse("write");
            Instant now = _link.Now;
            error = WriteError(now);
            if (error is null)
            {
                count = _outgoing.Accept(bytes, now);
            }
        }

        _link.Settle();
        return error is null ? count : throw error;
    }

    /// <summary>Gives what is there, as a socket in non-blocking mode does; a read of no bytes may wait meanwhile.</summary>
    /// <returns>False = a socket would block.</returns>
    internal bool TryReceiveNow(Span<byte> destination, out int count)
    {
        bool done;
        Exception? error;
        lock (_link.Gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (_read.IsWaiting && !_read.Destination.IsEmpty)
            {
                _read.ThrowIfInUse("read");
            }

            done = TryRead(destination, _link.Now, out count, out error);
        }

        _link.Settle();
        return error is null ? done : throw error;
    }

    /// <summary>RST to the other end; the own pending operations end.</summary>
    internal void Abort() => Close(abort: true);

    /// <summary>FIN to the other end; reading goes on.</summary>
    internal void CompleteWrites()
    {
        lock (_link.Gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            _writesCompleted = true;
            _outgoing.Complete(_link.Now);
        }

        _link.Settle();
    }

    /// <summary>Under the lock: settles what waits and can go on.</summary>
    /// <returns>False if nothing changed.</returns>
    internal bool TrySettle(Instant now)
    {
        bool changed = false;
        if (_write.IsWaiting)
        {
            ReadOnlyMemory<byte> rest = _write.Source;
            if (TryWrite(ref rest, now, out Exception? error))
            {
                _write.Settle(0, error);
            }

            changed = !_write.IsWaiting || rest.Length != _write.Source.Length;
            _write.Source = rest;
        }

        if (_read.IsWaiting && TryRead(_read.Destination.Span, now, out int count, out Exception? failure))
        {
            _read.Settle(count, failure);
            changed = true;
        }

        return changed;
    }

    internal void PostSettled(WorkQueue queue)
    {
        _write.PostIfSettled(queue);
        _read.PostIfSettled(queue);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Close(abort: false);
        }

        base.Dispose(disposing);
    }

    private bool TryRead(Span<byte> destination, Instant now, out int count, out Exception? error)
    {
        count = _incoming.Deliver(destination, now);
        error = _incoming.IsReset && _incoming.Readable == 0 && count == 0 ? LinkErrors.Of(SocketError.ConnectionReset) : null;
        return count > 0 || _incoming.Readable > 0 || error is not null || _incoming.IsEnded;
    }

    private bool TryWrite(ref ReadOnlyMemory<byte> rest, Instant now, out Exception? error)
    {
        error = WriteError(now);
        if (error is null)
        {
            rest = rest[_outgoing.Accept(rest.Span, now)..];
        }

        return error is not null || rest.IsEmpty;
    }

    private IOException? WriteError(Instant now)
    {
        _incoming.Observe(now);
        return _incoming.IsReset ? LinkErrors.Of(SocketError.ConnectionReset)
            : _incoming.IsRefused || _writesCompleted ? LinkErrors.Of(SocketError.Shutdown)
            : null;
    }

    private void Close(bool abort)
    {
        lock (_link.Gate)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            Instant now = _link.Now;
            _incoming.Observe(now);
            if (abort || _incoming.Readable > 0)
            {
                _outgoing.Reset(now);
            }
            else
            {
                _outgoing.Complete(now);
            }

            _incoming.CloseReceiver(now);
            FailIfWaiting(_read);
            FailIfWaiting(_write);
        }

        _link.Settle();
    }

    private static void FailIfWaiting(LinkOperation operation)
    {
        if (operation.IsWaiting)
        {
            operation.Settle(0, LinkErrors.Of(SocketError.OperationAborted));
        }
    }
}
