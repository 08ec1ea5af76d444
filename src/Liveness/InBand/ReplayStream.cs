namespace Liveness;

/// <summary>Gives out what was read before, and what a read that is under way finds. Then everything passes.</summary>
/// <remarks>One read at a time, as of the stream beneath.</remarks>
internal sealed class ReplayStream : Stream
{
    private readonly Stream _inner;

    /// <summary>Whoever reads: one at a time.</summary>
    private ReadOnlyMemory<byte> _first;

    /// <summary>As <see cref="_first"/>, which it follows.</summary>
    private PendingBytes? _pending;

    /// <summary>Beneath is the end: no read asks again. As <see cref="_first"/>.</summary>
    private bool _isAtEnd;

    /// <param name="inner">Read and written after that; closed with this stream.</param>
    /// <param name="first">Was read before.</param>
    /// <param name="pending">Follows; null = nothing is under way.</param>
    public ReplayStream(Stream inner, ReadOnlyMemory<byte> first, PendingBytes? pending)
    {
        _inner = inner;
        _first = first;
        _pending = pending;
    }

    public override bool CanRead => _inner.CanRead;

    public override bool CanWrite => _inner.CanWrite;

    public override bool CanSeek => false;

    public override bool CanTimeout => _inner.CanTimeout;

    public override int ReadTimeout
    {
        get => _inner.ReadTimeout;
        set => _inner.ReadTimeout = value;
    }

    public override int WriteTimeout
    {
        get => _inner.WriteTimeout;
        set => _inner.WriteTimeout = value;
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
        if (_first.IsEmpty && _pending is not null)
        {
            WaitForPending();
            TakeOver();
        }

        return Replays(buffer.IsEmpty) ? Replay(buffer) : _isAtEnd ? 0 : _inner.Read(buffer);
    }

    public override int ReadByte()
    {
        Span<byte> one = stackalloc byte[1];
        return Read(one) == 0 ? -1 : one[0];
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <summary>After the replay it costs nothing.</summary>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_first.IsEmpty && _pending is null)
        {
            return _isAtEnd ? new ValueTask<int>(0) : _inner.ReadAsync(buffer, cancellationToken);
        }

        return ReplayAsync(buffer, cancellationToken);
    }

    public override IAsyncResult BeginRead(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(ReadAsync(buffer, offset, count, CancellationToken.None), callback, state);

    public override int EndRead(IAsyncResult asyncResult) => TaskToAsyncResult.End<int>(asyncResult);

    public override void Write(byte[] buffer, int offset, int count) => _inner.Write(buffer, offset, count);

    public override void Write(ReadOnlySpan<byte> buffer) => _inner.Write(buffer);

    public override void WriteByte(byte value) => _inner.WriteByte(value);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        _inner.WriteAsync(buffer, offset, count, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _inner.WriteAsync(buffer, cancellationToken);

    public override IAsyncResult BeginWrite(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        _inner.BeginWrite(buffer, offset, count, callback, state);

    public override void EndWrite(IAsyncResult asyncResult) => _inner.EndWrite(asyncResult);

    public override void Flush() => _inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => _inner.FlushAsync(cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await _inner.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> ReplayAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_first.IsEmpty && _pending is { } pending)
        {
            // A cancelled read leaves it for the next one.
            await ((Task)pending.Read).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!pending.Read.IsCompleted)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            TakeOver();
        }

        return Replays(buffer.IsEmpty) ? Replay(buffer.Span)
            : _isAtEnd ? 0
            : await _inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
    }

    private void WaitForPending()
    {
        Task<int> read = _pending!.Read;
        int patience = _inner.CanTimeout ? _inner.ReadTimeout : Timeout.Infinite;

        // Its own failure is thrown as it is, and not from within a wait.
        if (!((IAsyncResult)read).AsyncWaitHandle.WaitOne(patience))
        {
            throw new IOException("The read has timed out.");
        }
    }

    /// <summary>It is over.</summary>
    private void TakeOver()
    {
        PendingBytes pending = _pending!;
        _pending = null;
        int count = pending.Read.GetAwaiter().GetResult();
        _first = pending.Bytes[..count];
        _isAtEnd = count == 0;
    }

    private bool Replays(bool isEmpty) => !_first.IsEmpty || (isEmpty && _isAtEnd);

    private int Replay(Span<byte> buffer)
    {
        int count = Math.Min(buffer.Length, _first.Length);
        _first.Span[..count].CopyTo(buffer);
        _first = _first[count..];
        return count;
    }
}
