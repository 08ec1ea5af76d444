using System.Net.Sockets;

namespace Liveness;

/// <content>The rest of <see cref="Stream"/>.</content>
public sealed partial class HeartbeatStream
{
    private int _readTimeout = Timeout.Infinite;
    private int _writeTimeout = Timeout.Infinite;

    /// <summary>True until disposed.</summary>
    public override bool CanRead => !Volatile.Read(ref _disposed);

    /// <summary>True until disposed.</summary>
    public override bool CanWrite => !Volatile.Read(ref _disposed);

    /// <summary>False: this is a connection.</summary>
    public override bool CanSeek => false;

    /// <summary>True.</summary>
    public override bool CanTimeout => true;

    /// <summary>
    /// How long a synchronous read waits for the first byte. It says nothing about the connection: that is what the heartbeat is for.
    /// </summary>
    /// <value>
    /// At least 1, in milliseconds; default <see cref="Timeout.Infinite"/>. Asynchronous reads ignore it: use a cancellation token.
    /// </value>
    /// <exception cref="ArgumentOutOfRangeException">The value is 0 or less than -1.</exception>
    /// <exception cref="ObjectDisposedException">This stream was disposed.</exception>
    public override int ReadTimeout
    {
        get => WhileOpen(_readTimeout);
        set => _readTimeout = WhileOpen(Checked(value));
    }

    /// <summary>How long a synchronous write or flush waits for room.</summary>
    /// <value>
    /// At least 1, in milliseconds; default <see cref="Timeout.Infinite"/>. Asynchronous writes ignore it: use a cancellation token.
    /// </value>
    /// <exception cref="ArgumentOutOfRangeException">The value is 0 or less than -1.</exception>
    /// <exception cref="ObjectDisposedException">This stream was disposed.</exception>
    public override int WriteTimeout
    {
        get => WhileOpen(_writeTimeout);
        set => _writeTimeout = WhileOpen(Checked(value));
    }

    /// <summary>Not supported.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override long Length => throw NoSeeking();

    /// <summary>Not supported.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override long Position
    {
        get => throw NoSeeking();
        set => throw NoSeeking();
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <summary>
    /// As <see cref="ReadAsync(Memory{byte}, CancellationToken)"/>, blocking the calling thread for at most <see cref="ReadTimeout"/>.
    /// </summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="offset">Where in it.</param>
    /// <param name="count">How much at most.</param>
    /// <returns>At least 1; 0 = the end.</returns>
    /// <exception cref="ArgumentException">Offset and count don't fit the buffer.</exception>
    /// <exception cref="ConnectionLostException">The connection is lost, and everything received in order has been read.</exception>
    /// <exception cref="IOException">Nothing came within <see cref="ReadTimeout"/>. The connection lives, and may be read
    /// again.</exception>
    /// <exception cref="InvalidOperationException">Another read is pending.</exception>
    /// <exception cref="ObjectDisposedException">This stream was disposed.</exception>
    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadBlocking(buffer.AsMemory(offset, count));
    }

    /// <inheritdoc cref="Read(byte[], int, int)"/>
    public override int Read(Span<byte> buffer)
    {
        int count;
        while (!TryRead(buffer, out count))
        {
            // An empty read waits; nothing may write to a span after this has returned.
            _ = ReadBlocking(Memory<byte>.Empty);
        }

        return count;
    }

    /// <summary>As <see cref="Read(byte[], int, int)"/>, for one byte.</summary>
    /// <returns>The byte; -1 = the end.</returns>
    /// <inheritdoc cref="Read(byte[], int, int)"/>
    public override int ReadByte()
    {
        Span<byte> one = stackalloc byte[1];
        return Read(one) == 0 ? -1 : one[0];
    }

    /// <summary>
    /// As <see cref="WriteAsync(ReadOnlyMemory{byte}, CancellationToken)"/>, blocking the calling thread for at most
    /// <see cref="WriteTimeout"/>.
    /// </summary>
    /// <param name="buffer">Where from.</param>
    /// <param name="offset">Where in it.</param>
    /// <param name="count">How much.</param>
    /// <exception cref="ArgumentException">Offset and count don't fit the buffer.</exception>
    /// <exception cref="ConnectionLostException">The connection is lost.</exception>
    /// <exception cref="IOException">The peer has closed the connection in good order; or it gave no room within
    /// <see cref="WriteTimeout"/>,
    /// and a part of the bytes may be on its way.</exception>
    /// <exception cref="InvalidOperationException">Another write or flush is pending, or <see cref="CompleteWrites"/> was
    /// called.</exception>
    /// <exception cref="ObjectDisposedException">This stream was disposed.</exception>
    public override void Write(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        using CancellationTokenSource? limit = LimitOf(_writeTimeout);
        try
        {
            ValueTask writing = WriteAsync(buffer.AsMemory(offset, count), limit?.Token ?? CancellationToken.None);
            if (writing.IsCompleted)
            {
                writing.GetAwaiter().GetResult();
            }
            else
            {
                writing.AsTask().GetAwaiter().GetResult();
            }
        }
        catch (OperationCanceledException)
        {
            throw TimedOut("write", _writeTimeout);
        }
    }

    /// <summary>As <see cref="Write(byte[], int, int)"/>, for one byte. One right after another, they go out together.</summary>
    /// <param name="value">The byte.</param>
    /// <inheritdoc cref="Write(byte[], int, int)"/>
    public override void WriteByte(byte value) => Write([value]);

    /// <summary>As <see cref="FlushAsync"/>, blocking the calling thread for at most <see cref="WriteTimeout"/>.</summary>
    /// <exception cref="ConnectionLostException">The connection is lost.</exception>
    /// <exception cref="IOException">The peer has closed the connection in good order, or gave no room within
    /// <see cref="WriteTimeout"/>.</exception>
    /// <exception cref="InvalidOperationException">Another write or flush is pending.</exception>
    /// <exception cref="ObjectDisposedException">This stream was disposed.</exception>
    public override void Flush()
    {
        using CancellationTokenSource? limit = LimitOf(_writeTimeout);
        try
        {
            FlushAsync(limit?.Token ?? CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            throw TimedOut("flush", _writeTimeout);
        }
    }

    /// <inheritdoc/>
    public override IAsyncResult BeginRead(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(ReadAsync(buffer, offset, count, CancellationToken.None), callback, state);

    /// <inheritdoc/>
    public override int EndRead(IAsyncResult asyncResult) => TaskToAsyncResult.End<int>(asyncResult);

    /// <inheritdoc/>
    public override IAsyncResult BeginWrite(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(WriteAsync(buffer, offset, count, CancellationToken.None), callback, state);

    /// <inheritdoc/>
    public override void EndWrite(IAsyncResult asyncResult) => TaskToAsyncResult.End(asyncResult);

    /// <summary>Not supported.</summary>
    /// <param name="offset">Ignored.</param>
    /// <param name="origin">Ignored.</param>
    /// <returns>Nothing.</returns>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override long Seek(long offset, SeekOrigin origin) => throw NoSeeking();

    /// <summary>Not supported.</summary>
    /// <param name="value">Ignored.</param>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override void SetLength(long value) => throw NoSeeking();

    private int ReadBlocking(Memory<byte> buffer)
    {
        using CancellationTokenSource? limit = LimitOf(_readTimeout);
        try
        {
            ValueTask<int> reading = ReadAsync(buffer, limit?.Token ?? CancellationToken.None);
            return reading.IsCompleted ? reading.GetAwaiter().GetResult() : reading.AsTask().GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            throw TimedOut("read", _readTimeout);
        }
    }

    private static int Checked(int value) =>
        value is > 0 or Timeout.Infinite
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A timeout is at least 1 ms, or Timeout.Infinite.");

    private int WhileOpen(int timeout)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), this);
        return timeout;
    }

    private CancellationTokenSource? LimitOf(int timeout) =>
        timeout == Timeout.Infinite ? null : new CancellationTokenSource(TimeSpan.FromMilliseconds(timeout), _timeProvider);

    private static IOException TimedOut(string what, int timeout) =>
        new($"The {what} did not get through within its timeout of {timeout} ms.", new SocketException((int)SocketError.TimedOut));

    private static NotSupportedException NoSeeking() => new("A connection has neither length nor position.");
}
