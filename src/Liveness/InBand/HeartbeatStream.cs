using System.Buffers;
using System.Net.Sockets;

namespace Liveness;

/// <summary>A duplex stream that carries your bytes and a heartbeat over one connection. You read and write as before, and learn that the
/// connection is dead within <see cref="HeartbeatOptions.DetectWithin"/>, once, with the reason.</summary>
/// <remarks>
/// <para>Both ends must wrap the connection, because the heartbeat needs a peer that speaks the same protocol. The library reads the
/// transport all the time, so beats never wait behind data that your code has not read yet. Credit limits the amount of unread data (see
/// <see cref="HeartbeatOptions.ReceiveWindow"/>).</para>
/// <para>Reads and writes may overlap. Writes and flushes may come from any number of threads at once: they take effect in the order of
/// their calls, and the bytes of one write are never mixed with those of another. A write that comes while another is in progress waits for
/// its turn, and its buffer stays in use until it completes; the library doesn't copy it, so each waiting write costs one small object. A
/// second read while one is pending throws <see cref="InvalidOperationException"/>.</para>
/// <para>A write that has completed is accepted, not delivered, exactly like bytes in a kernel buffer. <see cref="FlushAsync"/> completes
/// when everything accepted has been handed to the transport. <see cref="CloseAsync(CancellationToken)"/> tells whether the peer has
/// received it.</para>
/// <para>After a loss, reads first return the data that was received in order and then throw <see cref="ConnectionLostException"/>; writes
/// throw at once. After the peer's orderly close, reads return 0 and writes throw <see cref="IOException"/>. After a local dispose, every
/// operation throws <see cref="ObjectDisposedException"/>.</para>
/// <para>Over a socket or a <see cref="NetworkStream"/>, synchronous reads, writes, flushes and the dispose need no thread but the
/// caller's: while they wait, they receive and send by themselves what a starved thread pool has not processed. They still need the thread
/// pool in three cases: over any other stream, whose calls may block forever; while an asynchronous read is pending on another thread; and
/// while an asynchronous send waits for room in the kernel's buffer, because .NET completes it on the pool. Awaited operations, such as
/// <see cref="StartAsync(CancellationToken)"/>, and handlers need the thread pool too. The first read or write starts the handshake by
/// itself.</para>
/// <para><see cref="CompleteWrites"/>, <see cref="CloseAsync(CancellationToken)"/> and a dispose take effect after all writes that were
/// called before: those are sent first, within the limits of the close, and later writes are refused. <see cref="AbortAsync"/> discards
/// waiting writes.</para>
/// </remarks>
/// <example>
/// <code>
/// HeartbeatOptions options = new() { DetectWithin = TimeSpan.FromSeconds(3) };
/// Task&lt;HeartbeatStream&gt; starting = HeartbeatStream.StartAsync(accepted.GetStream(), options);
/// await using HeartbeatStream client = await HeartbeatStream.StartAsync(connected.GetStream(), options);
/// await using HeartbeatStream server = await starting;
/// client.Monitor.ConnectionLost += (_, e) =&gt; Console.WriteLine($"client: {e.Loss}");
/// server.Monitor.ConnectionLost += (_, e) =&gt; Console.WriteLine($"server: {e.Loss}");
/// </code>
/// </example>
// In one file although it is long: it is the whole public surface, and most of it is documentation. The work is done by InBandConnection.
public sealed class HeartbeatStream : Stream
{
    private readonly InBandConnection _connection;

    /// <summary>Of the application, as it sets and uses them: a synchronous read or write takes what stands there when it begins.</summary>
    private int _readTimeout = Timeout.Infinite;
    private int _writeTimeout = Timeout.Infinite;

    /// <summary>Wraps a connected socket. No byte moves before <see cref="StartAsync(CancellationToken)"/> or the first read or
    /// write.</summary>
    /// <param name="socket">A connected stream socket. The heartbeat stream owns and closes it, unless <paramref name="leaveOpen"/> is
    /// set.</param>
    /// <param name="options">The options; null means all defaults. They are read by this call, so later changes have no effect.</param>
    /// <param name="leaveOpen">Whether the socket stays open when this stream is closed or the connection is lost. The default is
    /// false.</param>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range; the message names property, value, range and
    /// cure.</exception>
    /// <exception cref="ArgumentException">The socket is not a connected stream socket.</exception>
    /// <exception cref="InvalidOperationException">The socket is wrapped already, and that wrapper has neither ended nor been
    /// disposed.</exception>
    /// <example>
    /// <code>
    /// HeartbeatOptions options = new() { DetectWithin = TimeSpan.FromSeconds(5) };
    /// await using HeartbeatStream stream = new(socket, options);
    /// await stream.StartAsync();
    /// </code>
    /// </example>
    public HeartbeatStream(Socket socket, HeartbeatOptions? options = null, bool leaveOpen = false)
        : this(new SocketTransport(WrapArguments.Checked(socket, options), owner: null, leaveOpen), options ?? new HeartbeatOptions())
    {
        _connection.Start!.Watch();
    }

    /// <summary>Wraps a duplex stream. No byte moves before <see cref="StartAsync(CancellationToken)"/> or the first read or
    /// write.</summary>
    /// <param name="stream">A stream that can be read and written at the same time, such as a <see cref="NetworkStream"/>, an SslStream or
    /// a pipe. The heartbeat stream owns and closes it, unless <paramref name="leaveOpen"/> is set.</param>
    /// <param name="options">The options; null means all defaults. They are read by this call, so later changes have no effect.</param>
    /// <param name="leaveOpen">Whether the stream stays open when this one is closed or the connection is lost. The default is
    /// false.</param>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range; the message names property, value, range and
    /// cure.</exception>
    /// <exception cref="ArgumentException">The stream can't be read or can't be written.</exception>
    /// <exception cref="InvalidOperationException">The stream, or the socket beneath it, is wrapped already, and that wrapper has neither
    /// ended nor been disposed.</exception>
    public HeartbeatStream(Stream stream, HeartbeatOptions? options = null, bool leaveOpen = false)
        : this(Over(stream, options, leaveOpen), options ?? new HeartbeatOptions())
    {
        _connection.Start!.Watch();
    }

    /// <summary>Over a transport that its owner has made.</summary>
    internal HeartbeatStream(Transport transport, HeartbeatOptions options)
        : this(transport, options, InBandConnection.RandomId())
    {
    }

    /// <summary>With an id that is not drawn: it seeds the jitter, so that a whole run can be repeated.</summary>
    internal HeartbeatStream(Transport transport, HeartbeatOptions options, UInt128 endpointId, ArrayPool<byte>? pool = null) =>
        _connection = new InBandConnection(transport, options, endpointId, pool);

    /// <summary>The number of bytes by which the receive windows of all connections of this process together may grow beyond their
    /// <see cref="HeartbeatOptions.ReceiveWindow"/>. Unread data never takes more memory than this plus ReceiveWindow times the number of
    /// connections.</summary>
    /// <value>At least 1 MiB; the default is 256 MiB. When the budget is used up, connections keep the window that they have and work at
    /// that speed.</value>
    /// <remarks>You can set it at any time, from any thread. A smaller value takes no granted window back; it only stops further growth. A
    /// connection returns its part when it ends, and after some time without traffic, once the peer has used what was granted.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1 MiB.</exception>
    public static long UnreadBudget
    {
        get => Liveness.UnreadBudget.Shared.Limit;
        set
        {
            if (value < HeartbeatDefaults.MinUnreadBudget)
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, FormattableString.Invariant(
                    $"UnreadBudget is {value} bytes, but must be at least {HeartbeatDefaults.MinUnreadBudget} (1 MiB). ")
                    + FormattableString.Invariant($"The default is {HeartbeatDefaults.UnreadBudget}."));
            }

            Liveness.UnreadBudget.Shared.Limit = value;
        }
    }

    /// <summary>The monitor of this connection: its state, its measurements, and the event that tells how it ended. You don't dispose
    /// it.</summary>
    public ConnectionMonitor Monitor => _connection.Monitor;

    /// <summary>The intervals, limits and bound that follow from the options.</summary>
    public HeartbeatPlan Plan => _connection.Plan;

    /// <summary>True until this stream is disposed.</summary>
    public override bool CanRead => !_connection.IsDisposed;

    /// <summary>True until this stream is disposed.</summary>
    public override bool CanWrite => !_connection.IsDisposed;

    /// <summary>Always false: a connection can't be sought in.</summary>
    public override bool CanSeek => false;

    /// <summary>Always true.</summary>
    public override bool CanTimeout => true;

    /// <summary>The time in milliseconds that a synchronous read waits for the first byte. A read that times out says nothing about the
    /// connection; the heartbeat does.</summary>
    /// <value>At least 1 ms; the default is <see cref="Timeout.Infinite"/>, which means no limit. Asynchronous reads ignore it: use a
    /// cancellation token there.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is 0 or less than -1.</exception>
    /// <exception cref="ObjectDisposedException">This stream was disposed.</exception>
    public override int ReadTimeout
    {
        get => WhileOpen(_readTimeout);
        set => _readTimeout = WhileOpen(Checked(value));
    }

    /// <summary>The time in milliseconds that a synchronous write or flush waits in all, for its turn and for room.</summary>
    /// <value>At least 1 ms; the default is <see cref="Timeout.Infinite"/>, which means no limit. Asynchronous writes ignore it: use a
    /// cancellation token there.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is 0 or less than -1.</exception>
    /// <exception cref="ObjectDisposedException">This stream was disposed.</exception>
    public override int WriteTimeout
    {
        get => WhileOpen(_writeTimeout);
        set => _writeTimeout = WhileOpen(Checked(value));
    }

    /// <summary>Not supported: a connection has no length and no position.</summary>
    /// <exception cref="NotSupportedException">This member always throws it.</exception>
    public override long Length => throw NoSeeking();

    /// <summary>Not supported: a connection has no length and no position.</summary>
    /// <exception cref="NotSupportedException">This member always throws it.</exception>
    public override long Position
    {
        get => throw NoSeeking();
        set => throw NoSeeking();
    }

    /// <inheritdoc cref="InBandConnection"/>
    internal InBandConnection Connection => _connection;

    /// <summary>Wraps a stream, and completes when the handshake with the peer is complete. The returned stream owns and closes the given
    /// one; to keep that open, use the constructor.</summary>
    /// <param name="stream">A stream that can be read and written at the same time.</param>
    /// <param name="options">The options; null means all defaults.</param>
    /// <param name="cancellationToken">Cancels the handshake, and closes the stream.</param>
    /// <exception cref="ConnectionLostException">The handshake failed, or the connection was lost during it.
    /// <see cref="ConnectionLostException.Loss"/> says why.</exception>
    /// <exception cref="ArgumentException">The transport can't be wrapped, or an option is out of range, as for the
    /// constructor.</exception>
    /// <exception cref="InvalidOperationException">The transport is wrapped already, as for the constructor.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <example>
    /// <code>
    /// Task&lt;HeartbeatStream&gt; starting = HeartbeatStream.StartAsync(accepted.GetStream(), options);
    /// await using HeartbeatStream client = await HeartbeatStream.StartAsync(connected.GetStream(), options);
    /// await using HeartbeatStream server = await starting;
    /// </code>
    /// </example>
    public static Task<HeartbeatStream> StartAsync(
        Stream stream, HeartbeatOptions? options = null, CancellationToken cancellationToken = default) =>
        StartedAsync(new HeartbeatStream(Over(stream, options, leaveOpen: false), options ?? new HeartbeatOptions()), cancellationToken);

    /// <summary>Wraps a connected socket, and completes when the handshake with the peer is complete. The returned stream owns and closes
    /// the socket; to keep it open, use the constructor.</summary>
    /// <param name="socket">A connected stream socket.</param>
    /// <param name="options">The options; null means all defaults.</param>
    /// <param name="cancellationToken">Cancels the handshake, and closes the socket.</param>
    /// <exception cref="ConnectionLostException">The handshake failed, or the connection was lost during it.
    /// <see cref="ConnectionLostException.Loss"/> says why.</exception>
    /// <exception cref="ArgumentException">The transport can't be wrapped, or an option is out of range, as for the
    /// constructor.</exception>
    /// <exception cref="InvalidOperationException">The transport is wrapped already, as for the constructor.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <example>
    /// <code>
    /// HeartbeatOptions options = new() { DetectWithin = TimeSpan.FromSeconds(5) };
    /// await using HeartbeatStream stream = await HeartbeatStream.StartAsync(socket, options);
    /// </code>
    /// </example>
    public static Task<HeartbeatStream> StartAsync(
        Socket socket, HeartbeatOptions? options = null, CancellationToken cancellationToken = default)
    {
        SocketTransport transport = new(WrapArguments.Checked(socket, options), owner: null, leaveOpen: false);
        return StartedAsync(new HeartbeatStream(transport, options ?? new HeartbeatOptions()), cancellationToken);
    }

    /// <summary>Starts the handshake, unless a read or write has done so already, and completes when it is complete. Call it right after
    /// accepting the connection, because the peer's <see cref="HeartbeatOptions.HandshakeTimeout"/> is running.</summary>
    /// <param name="cancellationToken">Ends only the waiting; the handshake goes on.</param>
    /// <exception cref="ConnectionLostException">The handshake failed, or the connection was lost during it.
    /// <see cref="ConnectionLostException.Loss"/> says why.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">This stream was disposed.</exception>
    /// <example>
    /// <code>
    /// HeartbeatOptions options = new() { DetectWithin = TimeSpan.FromSeconds(5) };
    /// await using HeartbeatStream stream = new(socket, options);
    /// await stream.StartAsync();
    /// </code>
    /// </example>
    public Task StartAsync(CancellationToken cancellationToken = default) => _connection.StartAsync(cancellationToken);

    /// <summary>Changes <see cref="HeartbeatOptions.DetectWithin"/> of the running connection and tells the peer. A longer time applies at
    /// once; a shorter one applies as soon as the peer has confirmed it, so the change never loses a live connection. Nothing happens when
    /// the value is the current one.</summary>
    /// <param name="detectWithin">At least 100 ms and less than one day. <see cref="Timeout.InfiniteTimeSpan"/> means that silence is no
    /// longer judged.</param>
    /// <remarks>The other options keep their values, including <see cref="HeartbeatOptions.CloseTimeout"/> and
    /// <see cref="HeartbeatOptions.StalledAfter"/>. Only a <see cref="HeartbeatOptions.MinReceiveInterval"/> above the new beat interval is
    /// lowered to it. A change during the handshake applies when the handshake is complete. A change after the end of the connection has no
    /// effect.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    /// <exception cref="ObjectDisposedException">This stream was disposed.</exception>
    /// <example>
    /// <code>
    /// // From now on, at half the pace: the device runs on its battery.
    /// stream.ChangeDetectWithin(TimeSpan.FromSeconds(10));
    /// </code>
    /// </example>
    public void ChangeDetectWithin(TimeSpan detectWithin)
    {
        HeartbeatOptionsRules.ThrowIfInvalid(detectWithin);
        _connection.ChangeDetectWithin(detectWithin);
    }

    /// <summary>Reads the bytes that have arrived, or waits for the first of them.</summary>
    /// <param name="buffer">The memory that receives the bytes. A read into an empty buffer completes when there is something to
    /// read.</param>
    /// <param name="cancellationToken">Cancels the read. No byte is lost, and the library doesn't touch the buffer afterwards.</param>
    /// <returns>The number of bytes read, at least 1; 0 means that the peer has completed its writes or closed the connection in good
    /// order. Await it once, like any <see cref="ValueTask{TResult}"/>: the read is pending until its result has been fetched.</returns>
    /// <exception cref="ConnectionLostException">The connection is lost, and everything received in order has been read.</exception>
    /// <exception cref="InvalidOperationException">Another read is pending.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">This stream was disposed.</exception>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _connection.Read.ReadAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <summary>Reads like <see cref="ReadAsync(Memory{byte}, CancellationToken)"/>, and blocks the calling thread for at most
    /// <see cref="ReadTimeout"/>.</summary>
    /// <param name="buffer">The array that receives the bytes.</param>
    /// <param name="offset">The index in the array at which the first byte is stored.</param>
    /// <param name="count">The largest number of bytes to read.</param>
    /// <returns>The number of bytes read, at least 1; 0 means the end of the stream.</returns>
    /// <exception cref="ArgumentException">Offset and count don't fit the buffer.</exception>
    /// <exception cref="ConnectionLostException">The connection is lost, and everything received in order has been read.</exception>
    /// <exception cref="IOException">No byte arrived within <see cref="ReadTimeout"/>. The connection lives on, and you can read it
    /// again.</exception>
    /// <exception cref="InvalidOperationException">Another read is pending.</exception>
    /// <exception cref="ObjectDisposedException">This stream was disposed.</exception>
    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return BlockingCalls.Read(_connection, buffer.AsMemory(offset, count), _readTimeout);
    }

    /// <inheritdoc cref="Read(byte[], int, int)"/>
    public override int Read(Span<byte> buffer)
    {
        int count;
        while (!_connection.Read.TryRead(buffer, out count))
        {
            // An empty read waits; nothing may write to a span after this has returned.
            _ = BlockingCalls.Read(_connection, Memory<byte>.Empty, _readTimeout);
        }

        return count;
    }

    /// <summary>Reads one byte, like <see cref="Read(byte[], int, int)"/>.</summary>
    /// <returns>The byte; -1 means the end of the stream.</returns>
    /// <inheritdoc cref="Read(byte[], int, int)"/>
    public override int ReadByte()
    {
        Span<byte> one = stackalloc byte[1];
        return Read(one) == 0 ? -1 : one[0];
    }

    /// <summary>Writes the bytes behind those of every earlier write. It completes when all of them are accepted, and waits for its turn
    /// and for room while the peer's credit is used up.</summary>
    /// <param name="buffer">The bytes to write. Don't change them before the returned task has completed, in whatever way.</param>
    /// <param name="cancellationToken">Cancels this write and no other. A write that is still waiting for its turn sends nothing. A write
    /// that has begun sends the bytes that were accepted, so the peer may receive a part of <paramref name="buffer"/>.</param>
    /// <exception cref="ConnectionLostException">The connection is lost.</exception>
    /// <exception cref="IOException">The peer has closed the connection in good order.</exception>
    /// <exception cref="InvalidOperationException"><see cref="CompleteWrites"/> was called before.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">This stream was disposed.</exception>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _connection.Writes.WriteAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <summary>Writes like <see cref="WriteAsync(ReadOnlyMemory{byte}, CancellationToken)"/>, and blocks the calling thread for at most
    /// <see cref="WriteTimeout"/>.</summary>
    /// <param name="buffer">The array that holds the bytes.</param>
    /// <param name="offset">The index in the array of the first byte to write.</param>
    /// <param name="count">The number of bytes to write.</param>
    /// <exception cref="ArgumentException">Offset and count don't fit the buffer.</exception>
    /// <exception cref="ConnectionLostException">The connection is lost.</exception>
    /// <exception cref="IOException">The peer has closed the connection in good order; or the write did not complete within
    /// <see cref="WriteTimeout"/>. In that case a part of the bytes may be on its way, unless the whole time passed before the turn of this
    /// write.</exception>
    /// <exception cref="InvalidOperationException"><see cref="CompleteWrites"/> was called before.</exception>
    /// <exception cref="ObjectDisposedException">This stream was disposed.</exception>
    public override void Write(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        BlockingCalls.Write(_connection, buffer.AsMemory(offset, count), _writeTimeout);
    }

    /// <summary>Writes one byte, like <see cref="Write(byte[], int, int)"/>. Bytes that are written in quick succession are sent
    /// together.</summary>
    /// <param name="value">The byte to write.</param>
    /// <inheritdoc cref="Write(byte[], int, int)"/>
    public override void WriteByte(byte value) => Write([value]);

    /// <summary>Completes when everything that was written by earlier calls has been handed to the transport. It delays no later
    /// write.</summary>
    /// <param name="cancellationToken">Ends only the waiting; the bytes are sent all the same.</param>
    /// <exception cref="ConnectionLostException">The connection is lost.</exception>
    /// <exception cref="IOException">The peer has closed the connection in good order.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">This stream was disposed.</exception>
    public override Task FlushAsync(CancellationToken cancellationToken) => _connection.Writes.Flushes.FlushAsync(cancellationToken);

    /// <summary>Flushes like <see cref="FlushAsync"/>, and blocks the calling thread for at most <see cref="WriteTimeout"/>.</summary>
    /// <exception cref="ConnectionLostException">The connection is lost.</exception>
    /// <exception cref="IOException">The peer has closed the connection in good order, or the flush did not complete within
    /// <see cref="WriteTimeout"/>.</exception>
    /// <exception cref="ObjectDisposedException">This stream was disposed.</exception>
    public override void Flush() => BlockingCalls.Flush(_connection, _writeTimeout);

    /// <summary>Closes this end's direction (half close): the peer reads the end of the stream after everything that was written by earlier
    /// calls. You can still read, and both ends keep sending beats.</summary>
    /// <remarks>This method doesn't wait. Waiting writes go on and are sent whole, later writes are refused, and the end of the stream
    /// follows the last waiting write. The connection stays open when both ends have called it: dispose the stream to end the connection.
    /// You can call it more than once. It has no effect after the peer's orderly close.</remarks>
    /// <exception cref="ConnectionLostException">The connection is lost.</exception>
    /// <exception cref="ObjectDisposedException">This stream was disposed.</exception>
    /// <example>
    /// <code>
    /// await stream.WriteAsync("how much?"u8.ToArray());
    /// stream.CompleteWrites();
    /// using StreamReader answer = new(stream, leaveOpen: true);
    /// Console.WriteLine($"client: {await answer.ReadToEndAsync()}");
    /// </code>
    /// </example>
    public void CompleteWrites() => _connection.Writes.CompleteWrites();

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

    /// <summary>Not supported: a connection has no length and no position.</summary>
    /// <param name="offset">Ignored.</param>
    /// <param name="origin">Ignored.</param>
    /// <returns>Nothing.</returns>
    /// <exception cref="NotSupportedException">This member always throws it.</exception>
    public override long Seek(long offset, SeekOrigin origin) => throw NoSeeking();

    /// <summary>Not supported: a connection has no length and no position.</summary>
    /// <param name="value">Ignored.</param>
    /// <exception cref="NotSupportedException">This member always throws it.</exception>
    public override void SetLength(long value) => throw NoSeeking();

    /// <summary>Closes the connection in good order, and returns how much of what was written the peer has confirmed. It sends the accepted
    /// bytes and a goodbye, and goes on reading until the peer has answered, so that no byte of this end is thrown away.</summary>
    /// <remarks>A pending read fails at once with <see cref="ObjectDisposedException"/>, and so do later reads and writes. Writes and
    /// flushes that were called before are sent first; those that a shortened close can't send fail in the same way. The close completes
    /// when the peer has received everything. It is cut short after <see cref="HeartbeatOptions.CloseTimeout"/> without progress, and after
    /// <see cref="HeartbeatOptions.CloseDeadline"/> in any case; the connection is then cut off, and
    /// <see cref="ConnectionMonitor.Completion"/> completes with <see cref="CloseTimedOut"/>. The close waits for no handler. Dispose the
    /// stream afterwards, as always. A second call completes with the same result. After the peer's own close, a loss or an abort, the
    /// result tells how much of what was written the peer had confirmed.</remarks>
    /// <param name="cancellationToken">Ends only the waiting; the close goes on.</param>
    /// <returns>What the peer has confirmed; the same as <see cref="ConnectionMonitor.CloseResult"/>.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <example>
    /// <code>
    /// CloseResult result = await stream.CloseAsync();
    /// bool hasAll = result.Outcome == CloseOutcome.Confirmed;
    /// Console.WriteLine(hasAll ? "the peer has all of it" : $"{result.UnconfirmedBytes} bytes may be missing");
    /// </code>
    /// </example>
    public Task<CloseResult> CloseAsync(CancellationToken cancellationToken = default) => CloseAsync(word: null, cancellationToken);

    /// <summary>Closes like <see cref="CloseAsync(CancellationToken)"/>, and tells the peer the reason.</summary>
    /// <inheritdoc cref="CloseAsync(CancellationToken)"/>
    /// <param name="reason">The reason for the close. Both reasons are orderly: the peer sees no loss.</param>
    /// <param name="text">A text for a person at the other end. At most 256 bytes of UTF-8 are sent, and the rest is cut off. Null, the
    /// default, means no text.</param>
    /// <param name="reconnectAfter">The time that the peer is asked to wait before it connects again: from zero to one day, in whole
    /// milliseconds, and only with <see cref="CloseReason.GoingAway"/>. The peer finds it in <see cref="PeerGoingAway.ReconnectAfter"/>; an
    /// older peer ignores it. Null, the default, means that the peer is asked for nothing.</param>
    /// <param name="cancellationToken">Ends only the waiting; the close goes on.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="reason"/> is not defined, or
    /// <paramref name="reconnectAfter"/> is negative or above one day.</exception>
    /// <exception cref="ArgumentException"><paramref name="reconnectAfter"/> is given with another reason than
    /// <see cref="CloseReason.GoingAway"/>.</exception>
    /// <example>
    /// <code>
    /// CloseResult result = await stream.CloseAsync(CloseReason.GoingAway, "the server restarts", TimeSpan.FromSeconds(30));
    /// Console.WriteLine($"server: {result.Outcome}");
    /// </code>
    /// </example>
    public Task<CloseResult> CloseAsync(
        CloseReason reason, string? text = null, TimeSpan? reconnectAfter = null, CancellationToken cancellationToken = default) =>
        CloseAsync(CloseReasons.ToWord(reason, text, reconnectAfter), cancellationToken);

    /// <summary>Cuts the connection off at once, and tells the peer. The peer sees a loss and never an orderly end:
    /// <see cref="PeerGaveUp"/> with the code <see cref="GoodbyeCode.Aborted"/>, or <see cref="ConnectionReset"/> where the goodbye doesn't
    /// arrive. Accepted bytes that have not been sent are thrown away.</summary>
    /// <remarks>Use it when your work fails halfway, for example by an exception: <see cref="DisposeAsync"/> can't know that, and would
    /// tell the peer that the data is complete. At this end an abort is no loss: the monitor is <see cref="LivenessState.Closed"/>, and
    /// <see cref="ConnectionMonitor.CloseResult"/> says <see cref="CloseOutcome.Aborted"/>. Pending and later operations fail with
    /// <see cref="ObjectDisposedException"/>, and a close that is under way ends. The abort waits neither for the peer nor for handlers. It
    /// changes nothing where the connection has ended already. It never throws, and you can call it more than once, from any
    /// thread.</remarks>
    /// <param name="reason">A text that tells a person at the other end why. At most 256 bytes of UTF-8 are sent. Null, the default, means
    /// no text.</param>
    /// <example>
    /// <code>
    /// try
    /// {
    ///     await report.CopyToAsync(stream);
    /// }
    /// catch (Exception failure)
    /// {
    ///     // Else the dispose that follows would tell the peer that this was all.
    ///     await stream.AbortAsync(failure.Message);
    ///     throw;
    /// }
    /// </code>
    /// </example>
    public async ValueTask AbortAsync(string? reason = null) =>
        await _connection.Closer().CloseOnce(new LastWord(GoodbyeCode.Aborted, reason), abort: true).ConfigureAwait(false);

    /// <summary>Closes the connection like <see cref="CloseAsync(CancellationToken)"/>. The result is logged, and
    /// <see cref="ConnectionMonitor.CloseResult"/> holds it.</summary>
    /// <remarks>Before the handshake is complete, a dispose waits only if something was written; otherwise it cancels the handshake at
    /// once, which the peer sees as a loss. The limits of the close are extended by at most one CloseTimeout for a stream that doesn't take
    /// the last frame of a close that the peer has answered, and by one for a stream whose own dispose doesn't return; that stream is then
    /// abandoned. No handler is started after the dispose returns. A running handler is waited for, unless it is the caller, until
    /// CloseTimeout is over and for at least one second after the close (see <see cref="ConnectionMonitor"/>). The dispose never throws,
    /// and you can call it more than once, from any thread.</remarks>
    public override async ValueTask DisposeAsync()
    {
        await _connection.Closer().CloseAndDrainAsync(Monitor.IsInsideHandler).ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <param name="word">What the peer is told; null = nothing of its own.</param>
    /// <param name="cancellationToken">Ends only the waiting; the close goes on.</param>
    internal async Task<CloseResult> CloseAsync(LastWord? word, CancellationToken cancellationToken)
    {
        await _connection.Closer().CloseOnce(word).WaitAsync(cancellationToken).ConfigureAwait(false);
        return Monitor.CloseResult!;
    }

    /// <summary>As <see cref="DisposeAsync"/>, with a word to the peer why.</summary>
    internal async ValueTask CloseAsync(GoodbyeCode code, string reason)
    {
        await _connection.Closer().CloseOnce(new LastWord(code, reason)).ConfigureAwait(false);
        await DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Every close that says nothing of its own tells the peer this from now on.</summary>
    internal void LeaveWith(LastWord word) => _connection.Closer().LastWord = word;

    /// <summary>Disposes like <see cref="DisposeAsync"/>, but blocks for at most <see cref="HeartbeatOptions.CloseTimeout"/>, including the
    /// wait for handlers, whatever the thread pool does. The rest is done in the background.</summary>
    /// <param name="disposing">True when called by code; false when called by a finalizer.</param>
    protected override void Dispose(bool disposing)
    {
        // Once closed there is nothing to wait for: DisposeAsync comes by here, too, on whatever thread it ended.
        if (disposing && !_connection.IsClosed)
        {
            BlockingClose.Run(_connection);
        }

        base.Dispose(disposing);
    }

    private static Transport Over(Stream stream, HeartbeatOptions? options, bool leaveOpen) =>
        Transport.Over(WrapArguments.Checked(stream, options), leaveOpen, options?.AbortTransport, options?.TimeProvider);

    private static async Task<HeartbeatStream> StartedAsync(HeartbeatStream stream, CancellationToken cancellationToken)
    {
        try
        {
            await stream.StartAsync(cancellationToken).ConfigureAwait(false);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static int Checked(int value) =>
        value is > 0 or Timeout.Infinite
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A timeout is at least 1 ms, or Timeout.Infinite.");

    private int WhileOpen(int timeout)
    {
        ObjectDisposedException.ThrowIf(_connection.IsDisposed, this);
        return timeout;
    }

    private static NotSupportedException NoSeeking() => new("A connection has neither length nor position.");
}
