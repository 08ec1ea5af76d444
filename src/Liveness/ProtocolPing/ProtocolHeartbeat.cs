using System.Net;
using System.Net.Sockets;

namespace Liveness.ProtocolPing;

/// <summary>A heartbeat that uses the ping of your own protocol (Redis <c>PING</c>, SMTP <c>NOOP</c>, MQTT <c>PINGREQ</c>), for a peer that
/// you can't change. You send the ping and report what you receive, and learn that the connection is dead within
/// <see cref="ProtocolHeartbeatOptions.DetectWithin"/>, once, with the reason.</summary>
/// <remarks>
/// <para>You still read, write and own the connection. Your read loop calls <see cref="ReportReceived"/> for every read, because any byte
/// is a sign of life. The ping is sent when nothing has arrived for a while. Bytes that you send prove nothing, and don't postpone the
/// ping. A connection that receives all the time is never pinged.</para>
/// <para>Silence is judged as in a <see cref="HeartbeatStream"/>: <see cref="LivenessState.Suspect"/> with one further ping after one and
/// a half <see cref="ProtocolHeartbeatOptions.PingInterval"/>, <see cref="HeartbeatTimedOut"/> within
/// <see cref="ProtocolHeartbeatOptions.DetectWithin"/> of the last byte. Pauses of this process don't count. A starved thread pool, and
/// unread bytes in the socket (if it is given), postpone the loss. Unread bytes postpone it by one more bound; then it is
/// <see cref="TransportFailed"/> with <see cref="LossDiagnosis.OurReaderStuck"/>.</para>
/// <para><b>A peer that executes its commands one after the other is silent during a long command</b>, and during an upload that it answers
/// only at the end. Make DetectWithin longer than that. For the same reason, at most two pings wait for an answer in one silence, and one
/// more after a long pause of this process.</para>
/// <para>The heartbeat never closes your connection, not even after a loss: close it yourself.</para>
/// </remarks>
public sealed class ProtocolHeartbeat : IAsyncDisposable
{
    private readonly PingConnection _connection;
    private readonly TimeSpan? _pingInterval;

    internal ProtocolHeartbeat(
        Func<CancellationToken, ValueTask> sendProbe,
        ProtocolHeartbeatOptions options,
        ITransportWitness? witness = null,
        Action? lookAtLocalNetwork = null,
        ulong? seed = null,
        EndPoint? remote = null)
    {
        _pingInterval = options.PingInterval;
        _connection = new PingConnection(sendProbe, options, witness, lookAtLocalNetwork, seed, remote);
    }

    /// <summary>The monitor of the connection: its state, its measurements, and the event that tells how it ended. Its
    /// <see cref="ConnectionMonitor.ProbeAsync"/> sends the ping now, or waits for an unanswered one, and completes with the next received
    /// byte.</summary>
    /// <remarks>
    /// A round trip is the time from a ping to the next byte, including the time that the peer takes to answer. It is an upper bound of the
    /// path's round trip, unless the peer just then sent something of its own accord.
    /// </remarks>
    public ConnectionMonitor Monitor => _connection.Monitor;

    /// <summary>Starts watching a connection over any transport.</summary>
    /// <param name="sendProbe">A function that writes one ping of your protocol. It should return when the ping is written; while it waits
    /// longer, for example for the answer, the condition is <see cref="ConnectionConditions.WriteStuck"/>. It is called on the thread pool,
    /// under no lock and never twice at once, and may block and throw. Its token is cancelled when the connection ends. When it fails, the
    /// connection is lost with that exception, unless your read loop receives or reports something within a second (or a quarter of
    /// DetectWithin). <see cref="TimeoutException"/> and <see cref="OperationCanceledException"/> only mean that there was no answer
    /// yet.</param>
    /// <param name="options">The options; null means all defaults. They are read by this call, so later changes have no effect.</param>
    /// <returns>The running heartbeat. Its first silence begins now.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="sendProbe"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range. The message names the property, the value, the range and
    /// the cure of each.</exception>
    public static ProtocolHeartbeat Start(Func<CancellationToken, ValueTask> sendProbe, ProtocolHeartbeatOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(sendProbe);
        return new ProtocolHeartbeat(sendProbe, Checked(options));
    }

    /// <summary>Starts watching a connection over a socket. The kernel's state of the socket helps to tell the causes of a silence apart,
    /// and unread bytes in the socket don't count against the peer. The heartbeat never reads, writes or closes the socket.</summary>
    /// <param name="socket">The connected stream socket beneath your protocol, also beneath TLS. You still own and close it.</param>
    /// <param name="sendProbe">A function that writes one ping, as in
    /// <see cref="Start(Func{CancellationToken, ValueTask}, ProtocolHeartbeatOptions)"/>.</param>
    /// <param name="options">The options; null means all defaults. They are read by this call, so later changes have no effect.</param>
    /// <returns>The running heartbeat. Its first silence begins now.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> or <paramref name="sendProbe"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range. The message names the property, the value, the range and
    /// the cure of each.</exception>
    /// <exception cref="ArgumentException">The socket is not a connected stream socket.</exception>
    /// <example>
    /// <code>
    /// ProtocolHeartbeatOptions options = new() { DetectWithin = detectWithin };
    /// </code>
    /// </example>
    public static ProtocolHeartbeat Start(
        Socket socket, Func<CancellationToken, ValueTask> sendProbe, ProtocolHeartbeatOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(sendProbe);
        options = Checked(options);
        if (socket is not { SocketType: SocketType.Stream, Connected: true })
        {
            throw new ArgumentException(
                "The socket must be a connected stream socket: connect it, or take it from Accept, before watching it.", nameof(socket));
        }

        PingWitness witness = new(socket, kernelAgesCount: ReferenceEquals(options.TimeProvider, TimeProvider.System));
        witness.RememberLocalNetwork();
        return new ProtocolHeartbeat(sendProbe, options, witness, witness.LookAtLocalNetwork, remote: RemoteName.Of(socket));
    }

    /// <summary>
    /// Reports that bytes were received. Call it for every read, before you process the bytes. It takes no lock and allocates nothing,
    /// unless a ping is unanswered.
    /// </summary>
    /// <param name="count">The number of bytes; 1 if you don't know it. Zero is no sign of life: report the end of the stream by
    /// <see cref="ReportClosed"/>.</param>
    /// <remarks>You can call it on any thread. It has no effect after the end of the connection.</remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    /// <example>
    /// <code>
    /// while (await socket.ReceiveAsync(buffer) is &gt; 0 and int count)
    /// {
    ///     heartbeat.ReportReceived(count);
    ///     Use(buffer.AsSpan(0, count));
    /// }
    ///
    /// heartbeat.ReportClosed();
    /// </code>
    /// </example>
    public void ReportReceived(long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (count > 0)
        {
            _connection.OnReceived(count);
        }
    }

    /// <summary>
    /// Reports that the peer has closed the connection (a read returned 0), or that you are about to close it. The state becomes
    /// <see cref="LivenessState.Closed"/>, without a loss.
    /// </summary>
    /// <remarks>The monitor has ended when this returns. You can call it on any thread. It has no effect after the end of the
    /// connection.</remarks>
    public void ReportClosed() => _connection.Close();

    /// <summary>Reports that a read or a write of yours has failed. The connection is lost. The socket error beneath the exception decides
    /// the kind of the loss: <see cref="ConnectionReset"/>, <see cref="NetworkUnreachable"/>, <see cref="KeepAliveTimedOut"/> or, for other
    /// errors, <see cref="TransportFailed"/>.</summary>
    /// <param name="exception">The exception. If it only says that this process itself closed the socket or cancelled the read
    /// (<see cref="ObjectDisposedException"/>, <see cref="OperationCanceledException"/>, <see cref="SocketError.OperationAborted"/>), this
    /// is <see cref="ReportClosed"/>.</param>
    /// <remarks>The monitor has ended when this returns. You can call it on any thread. It has no effect after the end of the connection.
    /// The kernel's own timeout (<see cref="SocketError.TimedOut"/>) within a quarter of the bound of our own verdict is reported as
    /// <see cref="HeartbeatTimedOut"/>.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="exception"/> is null.</exception>
    public void ReportFailed(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        if (SocketErrorTable.IsOurOwnEnd(exception))
        {
            _connection.Close();
        }
        else
        {
            _connection.Fail(exception);
        }
    }

    /// <summary>Changes <see cref="ProtocolHeartbeatOptions.DetectWithin"/> of the running connection at once. A shorter time starts anew
    /// for a running silence, but never allows more than the old time, so that the change never loses a live connection.</summary>
    /// <param name="detectWithin">At least 100 ms and less than one day. <see cref="Timeout.InfiniteTimeSpan"/> means that no pings are
    /// sent and silence is no longer judged.</param>
    /// <remarks>
    /// A <see cref="ProtocolHeartbeatOptions.PingInterval"/> longer than half of it is replaced by a third of it. A change after the end of
    /// the connection has no effect.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    /// <exception cref="ObjectDisposedException">This heartbeat was disposed.</exception>
    public void ChangeDetectWithin(TimeSpan detectWithin)
    {
        HeartbeatOptionsRules.ThrowIfInvalid(detectWithin);
        _connection.Change(PingRate.Derive(detectWithin, _pingInterval));
    }

    /// <summary>
    /// Stops watching. The monitor is then <see cref="LivenessState.Closed"/>, unless the connection has ended before. The connection
    /// itself is not touched.
    /// </summary>
    /// <remarks>The token of a ping that is being sent is cancelled, and the dispose doesn't wait for that ping. No handler is started
    /// after it returns. A running handler is waited for, unless it is the caller, for at most 5 s. It never throws, and you can call it
    /// more than once, from any thread.</remarks>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private static ProtocolHeartbeatOptions Checked(ProtocolHeartbeatOptions? options)
    {
        options ??= new ProtocolHeartbeatOptions();
        ProtocolHeartbeatOptionsRules.Check(options).ThrowIfAny();
        return options;
    }
}
