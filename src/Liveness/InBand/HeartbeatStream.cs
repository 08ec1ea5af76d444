using System.Buffers;
using System.Net.Sockets;

namespace Liveness;

/// <summary>A duplex stream over your connection that carries your bytes and a heartbeat: read and write it as before, and learn within
/// a promised time, once, and with the reason, that the connection is dead.</summary>
/// <remarks>
/// <para>Both ends wrap: the peer must speak the same protocol. The library reads the transport all the time, so beats are never stuck
/// behind data that your code has not read yet; credit bounds how much that can be.</para>
/// <para>Reads and writes may overlap. Writes and flushes may come from any number of threads at once: they take effect in the order of
/// their calls, and each write is whole, its bytes never mixed with those of another. One that comes while another is not through waits
/// for its turn, and its buffer stays lent until it completes: nothing is copied for it, so what waits costs one small object each. A
/// second read while one is pending is refused with <see cref="InvalidOperationException"/>: nobody could tell which of them gets which
/// bytes.</para>
/// <para>A write that has returned is accepted, not delivered, exactly as with bytes in a kernel buffer. <see cref="FlushAsync"/>
/// completes when everything accepted has been handed to the transport.</para>
/// <para>After a loss, reads first return what was received in order and then throw <see cref="ConnectionLostException"/>; writes throw
/// at once. After the peer's orderly close reads return 0 and writes throw <see cref="IOException"/>. After a local dispose everything
/// throws <see cref="ObjectDisposedException"/>.</para>
/// <para>Synchronous reads, writes, flushes and the dispose need no thread but the caller's where this lies over a socket, or a
/// <see cref="NetworkStream"/>: while they wait they receive and send themselves what a starved thread pool has left lying. They wait for
/// the pool all the same over any other stream, whose calls may block for ever; and behind an asynchronous read that is pending on another
/// thread, or a send that a thread which does not block has left to the kernel's full buffer, for .NET finishes those on the pool. What is
/// awaited, as <see cref="StartAsync(CancellationToken)"/> and handlers, needs it too: the first read or write starts the handshake
/// itself.</para>
/// <para>Whoever ends the writes while some wait, by <see cref="CompleteWrites"/>, <see cref="CloseAsync(CancellationToken)"/> or a
/// dispose, ends them behind all that were called before: those go first, within the limits of the close, and later ones are refused. An
/// abort lets none go first.</para>
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
    /// <param name="socket">A connected stream socket. The heartbeat stream owns it from now on, unless <paramref name="leaveOpen"/> is
    /// set.</param>
    /// <param name="options">Null = all defaults. Read now; later changes have no effect.</param>
    /// <param name="leaveOpen">Whether the socket stays open when this stream is closed, or the connection is lost.</param>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range; the message names property, value, range and
    /// cure.</exception>
    /// <exception cref="ArgumentException">The socket is no connected stream socket.</exception>
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
    /// <param name="stream">Readable and writable at the same time, such as a <see cref="NetworkStream"/>, an SslStream or a pipe. The
    /// heartbeat stream owns it from now on, unless <paramref name="leaveOpen"/> is set.</param>
    /// <param name="options">Null = all defaults. Read now; later changes have no effect.</param>
    /// <param name="leaveOpen">Whether the stream stays open when this one is closed, or the connection is lost.</param>
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

    /// <summary>By how much the receive windows of all connections of this process together may grow beyond their
    /// <see cref="HeartbeatOptions.ReceiveWindow"/>, in bytes. With ReceiveWindow x connections it is the most memory that unread data can
    /// ever take.</summary>
    /// <value>At least 1 MiB; default 256 MiB. When it is used up, connections keep the window that they have, and work at that
    /// speed.</value>
    /// <remarks>May be set at any time, from any thread. A smaller value takes nothing back; it stops further growth. A connection returns
    /// its part when it ends, and when the peer has used what was granted after some time without traffic.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1 MiB.</exception>
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

    /// <summary>The passive handle to this connection's state, its one terminal event and its measurements. Never disposed by
    /// you.</summary>
    public ConnectionMonitor Monitor => _connection.Monitor;

    /// <summary>What follows from the options.</summary>
    public HeartbeatPlan Plan => _connection.Plan;

    /// <summary>True until disposed.</summary>
    public override bool CanRead => !_connection.IsDisposed;

    /// <summary>True until disposed.</summary>
    public override bool CanWrite => !_connection.IsDisposed;

    /// <summary>False: this is a connection.</summary>
    public override bool CanSeek => false;

    /// <summary>True.</summary>
    public override bool CanTimeout => true;

    /// <summary>How long a synchronous read waits for the first byte. It says nothing about the connection: that is what the heartbeat is
    /// for.</summary>
    /// <value>At least 1, in milliseconds; default <see cref="Timeout.Infinite"/>. Asynchronous reads ignore it: use a cancellation
    /// token.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is 0 or less than -1.</exception>
    /// <exception cref="ObjectDisposedException">This stream was disposed.</exception>
    public override int ReadTimeout
    {
        get => WhileOpen(_readTimeout);
        set => _readTimeout = WhileOpen(Checked(value));
    }

    /// <summary>How long a synchronous write or flush waits, for its turn and for room together, from its call on.</summary>
    /// <value>At least 1, in milliseconds; default <see cref="Timeout.Infinite"/>. Asynchronous writes ignore it: use a cancellation
    /// token.</value>
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

    /// <inheritdoc cref="InBandConnection"/>
    internal InBandConnection Connection => _connection;

    /// <summary>Wraps a stream, and completes when the peer has introduced itself. To leave the stream open in the end, use the
    /// constructor.</summary>
    /// <param name="stream">As for the constructor.</param>
    /// <param name="options">Null = all defaults.</param>
    /// <param name="cancellationToken">Gives up: the stream is closed.</param>
    /// <exception cref="ConnectionLostException">The handshake failed, or the connection was lost during it; the loss says why.</exception>
    /// <exception cref="ArgumentException">As for the constructor.</exception>
    /// <exception cref="InvalidOperationException">As for the constructor.</exception>
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

    /// <summary>Wraps a connected socket, and completes when the peer has introduced itself. To leave the socket open in the end, use the
    /// constructor.</summary>
    /// <param name="socket">As for the constructor.</param>
    /// <param name="options">Null = all defaults.</param>
    /// <param name="cancellationToken">Gives up: the socket is closed.</param>
    /// <exception cref="ConnectionLostException">The handshake failed, or the connection was lost during it; the loss says why.</exception>
    /// <exception cref="ArgumentException">As for the constructor.</exception>
    /// <exception cref="InvalidOperationException">As for the constructor.</exception>
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

    /// <summary>Starts the handshake, unless a read or write has done so, and completes when the peer has introduced itself. Call it right
    /// after accept: the peer's handshake time is running.</summary>
    /// <param name="cancellationToken">Ends the waiting, not the handshake.</param>
    /// <exception cref="ConnectionLostException">The handshake failed, or the connection was lost during it; the loss says why.</exception>
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

    /// <summary>Changes <see cref="HeartbeatOptions.DetectWithin"/> of the running connection and tells the peer, unless that is its value
    /// already. A slower value holds at once; a faster one as soon as the peer has confirmed it, so that no live connection is lost by the
    /// change.</summary>
    /// <param name="detectWithin">100 ms to less than one day; <see cref="Timeout.InfiniteTimeSpan"/> = stop judging.</param>
    /// <remarks>The other options stay as they were, <see cref="HeartbeatOptions.CloseTimeout"/> and
    /// <see cref="HeartbeatOptions.StalledAfter"/> too; only a <see cref="HeartbeatOptions.MinReceiveInterval"/> above the new beat
    /// interval gives way. Before the handshake it holds from its end on; after the end of the connection it has no effect.</remarks>
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

    /// <summary>Reads what has arrived, or waits for it.</summary>
    /// <param name="buffer">Where to. A zero-byte read waits until there is something to read.</param>
    /// <param name="cancellationToken">Ends the waiting; no byte is lost, and the buffer is not touched any more.</param>
    /// <returns>At least 1; 0 = the peer has completed its writes or closed in good order. Await it once, as any
    /// <see cref="ValueTask{TResult}"/>: the read is pending until its result has been fetched.</returns>
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

    /// <summary>As <see cref="ReadAsync(Memory{byte}, CancellationToken)"/>, blocking the calling thread for at most
    /// <see cref="ReadTimeout"/>.</summary>
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

    /// <summary>As <see cref="Read(byte[], int, int)"/>, for one byte.</summary>
    /// <returns>The byte; -1 = the end.</returns>
    /// <inheritdoc cref="Read(byte[], int, int)"/>
    public override int ReadByte()
    {
        Span<byte> one = stackalloc byte[1];
        return Read(one) == 0 ? -1 : one[0];
    }

    /// <summary>Accepts the bytes, behind those of every write that was called before, waiting for its turn and for room where the peer's
    /// credit is used up.</summary>
    /// <param name="buffer">Lent: it is yours again as soon as this completes, however it completes.</param>
    /// <param name="cancellationToken">Ends the waiting, and harms no other write. One that waits for its turn leaves nothing behind. What
    /// was accepted of one that has begun is sent all the same, so the peer may have got a part of <paramref name="buffer"/>.</param>
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

    /// <summary>As <see cref="WriteAsync(ReadOnlyMemory{byte}, CancellationToken)"/>, blocking the calling thread for at most
    /// <see cref="WriteTimeout"/>.</summary>
    /// <param name="buffer">Where from.</param>
    /// <param name="offset">Where in it.</param>
    /// <param name="count">How much.</param>
    /// <exception cref="ArgumentException">Offset and count don't fit the buffer.</exception>
    /// <exception cref="ConnectionLostException">The connection is lost.</exception>
    /// <exception cref="IOException">The peer has closed the connection in good order; or it gave no room within
    /// <see cref="WriteTimeout"/>, and a part of the bytes may be on its way, unless all the time went by before its turn.</exception>
    /// <exception cref="InvalidOperationException"><see cref="CompleteWrites"/> was called before.</exception>
    /// <exception cref="ObjectDisposedException">This stream was disposed.</exception>
    public override void Write(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        BlockingCalls.Write(_connection, buffer.AsMemory(offset, count), _writeTimeout);
    }

    /// <summary>As <see cref="Write(byte[], int, int)"/>, for one byte. One right after another, they go out together.</summary>
    /// <param name="value">The byte.</param>
    /// <inheritdoc cref="Write(byte[], int, int)"/>
    public override void WriteByte(byte value) => Write([value]);

    /// <summary>Completes when everything that was written by calls before this one has been handed to the transport. It holds up no write
    /// that is called later.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ConnectionLostException">The connection is lost.</exception>
    /// <exception cref="IOException">The peer has closed the connection in good order.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">This stream was disposed.</exception>
    public override Task FlushAsync(CancellationToken cancellationToken) => _connection.Writes.Flushes.FlushAsync(cancellationToken);

    /// <summary>As <see cref="FlushAsync"/>, blocking the calling thread for at most <see cref="WriteTimeout"/>.</summary>
    /// <exception cref="ConnectionLostException">The connection is lost.</exception>
    /// <exception cref="IOException">The peer has closed the connection in good order, or gave no room within
    /// <see cref="WriteTimeout"/>.</exception>
    /// <exception cref="ObjectDisposedException">This stream was disposed.</exception>
    public override void Flush() => BlockingCalls.Flush(_connection, _writeTimeout);

    /// <summary>Half close: the peer reads the end of the stream after everything that was written by calls before this one. Reading goes
    /// on, and so do the beats.</summary>
    /// <remarks>Does not wait: writes that wait go on and are whole, later ones are refused, and the end follows the last that waits. Half
    /// close at both ends is no end: dispose the stream to end the connection. May be called more than once, and has no effect after the
    /// peer's orderly close.</remarks>
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

    /// <summary>Closes in good order, and tells what became of what was written: sends what was accepted, says goodbye, and goes on reading
    /// until the peer has answered, so that nothing of ours is thrown away.</summary>
    /// <remarks>A pending read fails at once with <see cref="ObjectDisposedException"/>, and so do later reads and writes. Writes and
    /// flushes that were called before go first; those that a close which is cut short leaves behind fail so, too. It completes when the
    /// peer has everything; without progress after <see cref="HeartbeatOptions.CloseTimeout"/>, after
    /// <see cref="HeartbeatOptions.CloseDeadline"/> in any case; then the connection is cut off, and
    /// <see cref="ConnectionMonitor.Completion"/> tells the loss: <see cref="CloseTimedOut"/>. It waits for no handler; dispose the stream
    /// afterwards, as always. Called again it completes with the same result; after the peer's own close, a loss or an abort it tells how
    /// that went for what was written.</remarks>
    /// <param name="cancellationToken">Ends the waiting, not the close.</param>
    /// <returns>What the peer has confirmed. The same as <see cref="ConnectionMonitor.CloseResult"/>.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <example>
    /// <code>
    /// CloseResult result = await stream.CloseAsync();
    /// bool hasAll = result.Outcome == CloseOutcome.Confirmed;
    /// Console.WriteLine(hasAll ? "the peer has all of it" : $"{result.UnconfirmedBytes} bytes may be missing");
    /// </code>
    /// </example>
    public Task<CloseResult> CloseAsync(CancellationToken cancellationToken = default) => CloseAsync(word: null, cancellationToken);

    /// <summary>As <see cref="CloseAsync(CancellationToken)"/>, with a word to the peer why.</summary>
    /// <inheritdoc cref="CloseAsync(CancellationToken)"/>
    /// <param name="reason">Why. Both reasons are orderly ends: the peer has no loss.</param>
    /// <param name="text">The same for a person at the other end; at most 256 bytes of UTF-8 are sent, and the rest is cut off. Null =
    /// nothing.</param>
    /// <param name="reconnectAfter">How long the peer is asked to wait before it connects again: from zero to one day, in whole
    /// milliseconds; only with <see cref="CloseReason.GoingAway"/>. The peer finds it in <see cref="PeerGoingAway.ReconnectAfter"/>; one
    /// that does not know of it passes over it. Null = nothing is said of it.</param>
    /// <param name="cancellationToken">Ends the waiting, not the close.</param>
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

    /// <summary>Cuts the connection off at once, and tells the peer so: it learns of a loss (<see cref="PeerGaveUp"/>, code
    /// <see cref="GoodbyeCode.Aborted"/>, or <see cref="ConnectionReset"/> where no word gets through), never of a good end. What was
    /// accepted and has not left is thrown away.</summary>
    /// <remarks>For whoever leaves in the middle of things, as by an exception: <see cref="DisposeAsync"/> can't know that, and tells the
    /// peer that all is well. At this end it is no loss: the monitor is <see cref="LivenessState.Closed"/>, and
    /// <see cref="ConnectionMonitor.CloseResult"/> says <see cref="CloseOutcome.Aborted"/>. Pending and later operations fail with
    /// <see cref="ObjectDisposedException"/>; a close that is under way ends. It waits for no peer and no handler. Where the connection has
    /// ended already, that end stays. Never throws; may be called more than once, from any thread.</remarks>
    /// <param name="reason">Tells a person at the other end why; at most 256 bytes of UTF-8 are sent. Null = no reason.</param>
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

    /// <summary>Closes as <see cref="CloseAsync(CancellationToken)"/>; how it went is logged and stands in
    /// <see cref="ConnectionMonitor.CloseResult"/>.</summary>
    /// <remarks>Before the handshake is through it waits only where something was written; otherwise it gives the handshake up at once,
    /// which the peer sees as a loss. To the limits of the close is added at most one more CloseTimeout for a stream that does not take the
    /// last frame of a close which the peer has answered, and one for a stream whose own dispose does not return then: it is left to
    /// itself. No handler is started after it returns; a handler that is running is waited for, unless it is the caller, until CloseTimeout
    /// is over, and for a second at least after the close (see <see cref="ConnectionMonitor"/>). Never throws; may be called more than
    /// once, from any thread.</remarks>
    public override async ValueTask DisposeAsync()
    {
        await _connection.Closer().CloseAndDrainAsync(Monitor.IsInsideHandler).ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <param name="word">What the peer is told; null = nothing of its own.</param>
    /// <param name="cancellationToken">Ends the waiting, not the close.</param>
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
    internal void LeaveWith(LastWord word) => _connection.LastWord = word;

    /// <summary>As <see cref="DisposeAsync"/>, but blocks for at most <see cref="HeartbeatOptions.CloseTimeout"/>, handlers and all,
    /// whatever the thread pool does; what is left is done in the background.</summary>
    /// <param name="disposing">True where called by code, not by a finalizer.</param>
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
