using System.Net;
using System.Net.Sockets;

namespace Liveness.ProtocolPing;

/// <summary>A heartbeat by your own protocol's ping (Redis <c>PING</c>, SMTP <c>NOOP</c>, MQTT <c>PINGREQ</c>), for a peer that can't be
/// changed: you say how a ping is sent and what was received, and are told within a promised time, once, and with the reason, that the
/// connection is dead.</summary>
/// <remarks>
/// <para>The connection, its reading and its writing stay yours. Your read loop calls <see cref="ReportReceived"/> for every read: any byte
/// is life. When nothing came for a while, the ping is sent; what you send yourself proves nothing, and postpones nothing. A connection
/// that receives all the time is not pinged at all.</para>
/// <para>Silence is judged as in a <see cref="HeartbeatStream"/>: <see cref="LivenessState.Suspect"/> with one further ping after one and
/// a half <see cref="ProtocolHeartbeatOptions.PingInterval"/>, <see cref="HeartbeatTimedOut"/> within
/// <see cref="ProtocolHeartbeatOptions.DetectWithin"/> of the last byte. Own pauses are subtracted, and a starved thread pool or bytes that
/// wait unread in the socket (where it is given) put the verdict off: unread bytes by one more bound, then it is
/// <see cref="TransportFailed"/> with <see cref="LossDiagnosis.OurReaderStuck"/>.</para>
/// <para><b>A peer that works through its commands one after the other is silent while one takes long</b>, and while you upload what it
/// answers only at the end: make DetectWithin longer than that.
/// For the same reason no more than two pings wait for their answer in one silence, and one more after a long pause of this process.</para>
/// <para>At the end, lost or not, your connection is left as it is: close it yourself.</para>
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

    /// <summary>The passive handle to the connection's state, its one terminal event and its measurements. Its
    /// <see cref="ConnectionMonitor.ProbeAsync"/> sends the ping now (or waits for one that is unanswered already) and completes at the
    /// next byte received after it.</summary>
    /// <remarks>
    /// Round trips are those from a ping to the next byte, the peer's own time included: an upper bound of the path's, unless the peer sent
    /// something of its own accord just then.
    /// </remarks>
    public ConnectionMonitor Monitor => _connection.Monitor;

    /// <summary>Starts watching a connection, whatever carries it.</summary>
    /// <param name="sendProbe">Writes one ping of your protocol and returns when it is written; it need not wait for the answer (one that
    /// does counts as <see cref="ConnectionConditions.WriteStuck"/> while it waits). Called on the thread pool, never twice at once, under
    /// no lock; it may block, and may throw. Its token is cancelled at the end of the connection.
    /// Where it fails, your read loop has the last word: unless something is received or reported within a second (or a quarter of
    /// DetectWithin), the connection is lost with that exception.
    /// <see cref="TimeoutException"/> and <see cref="OperationCanceledException"/> only mean that there was no answer yet.</param>
    /// <param name="options">Null = all defaults. Read now; later changes have no effect.</param>
    /// <returns>Counts from now on, as if something had been received just now.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="sendProbe"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range; the message names property, value, range and cure of every
    /// one that is.</exception>
    public static ProtocolHeartbeat Start(Func<CancellationToken, ValueTask> sendProbe, ProtocolHeartbeatOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(sendProbe);
        return new ProtocolHeartbeat(sendProbe, Checked(options));
    }

    /// <summary>Starts watching a connection over a socket, which is asked, but never read, written or closed: what its kernel knows tells
    /// the causes of a silence apart, and bytes that wait unread in it are not held against the peer.</summary>
    /// <param name="socket">The connected stream socket beneath your protocol, also where TLS lies between. Stays yours.</param>
    /// <param name="sendProbe">As in <see cref="Start(Func{CancellationToken, ValueTask}, ProtocolHeartbeatOptions)"/>.</param>
    /// <param name="options">Null = all defaults. Read now; later changes have no effect.</param>
    /// <returns>Counts from now on, as if something had been received just now.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="socket"/> or <paramref name="sendProbe"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range; the message names property, value, range and cure of every
    /// one that is.</exception>
    /// <exception cref="ArgumentException">The socket is no connected stream socket.</exception>
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
    /// Something was received: life, as of now. To be called for every read, before what was read is worked on. Takes no lock and allocates
    /// nothing, unless a ping is unanswered.
    /// </summary>
    /// <param name="count">How many bytes; 1 where you don't know. Zero is no life: the end of the stream is
    /// <see cref="ReportClosed"/>.</param>
    /// <remarks>May be called on any thread, and after the end, when it has no effect.</remarks>
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
    /// The peer has closed the connection (a read returned 0), or you are about to: <see cref="LivenessState.Closed"/>, without a loss.
    /// </summary>
    /// <remarks>The monitor has ended when this returns. Has no effect after the end; may be called on any thread.</remarks>
    public void ReportClosed() => _connection.Close();

    /// <summary>A read, or a write of yours, failed: the connection is lost, with the kind that the socket error beneath the exception
    /// stands for (<see cref="ConnectionReset"/>, <see cref="NetworkUnreachable"/>, <see cref="KeepAliveTimedOut"/>), else
    /// <see cref="TransportFailed"/>.</summary>
    /// <param name="exception">What was thrown. Where it only says that this process itself closed the socket or called the read off
    /// (<see cref="ObjectDisposedException"/>, <see cref="OperationCanceledException"/>, <see cref="SocketError.OperationAborted"/>), this
    /// is <see cref="ReportClosed"/>.</param>
    /// <remarks>The monitor has ended when this returns. Has no effect after the end; may be called on any thread.
    /// The kernel's own timeout (<see cref="SocketError.TimedOut"/>) within a quarter of the bound of our own verdict is told as
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

    /// <summary>Changes <see cref="ProtocolHeartbeatOptions.DetectWithin"/> of the running connection, at once. A running silence gets the
    /// whole of a shorter bound from now on (never more than the old one allowed), so that no live connection is lost by the
    /// change.</summary>
    /// <param name="detectWithin">100 ms to less than one day; <see cref="Timeout.InfiniteTimeSpan"/> = stop pinging and judging.</param>
    /// <remarks>
    /// A <see cref="ProtocolHeartbeatOptions.PingInterval"/> of more than half of it gives way to a third of it. After the end of the
    /// connection it has no effect.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    /// <exception cref="ObjectDisposedException">This heartbeat was disposed.</exception>
    public void ChangeDetectWithin(TimeSpan detectWithin)
    {
        HeartbeatOptionsRules.ThrowIfInvalid(detectWithin);
        _connection.Change(PingRate.Derive(detectWithin, _pingInterval));
    }

    /// <summary>
    /// Stops watching: the monitor is then <see cref="LivenessState.Closed"/>, unless the connection has ended before. The connection is
    /// not touched.
    /// </summary>
    /// <remarks>The token of a ping that is being sent is cancelled; that ping is not waited for. No handler is started after it returns; a
    /// handler that is running is waited for, unless it is the caller, for 5 s.
    /// Never throws; may be called more than once, from any thread.</remarks>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private static ProtocolHeartbeatOptions Checked(ProtocolHeartbeatOptions? options)
    {
        options ??= new ProtocolHeartbeatOptions();
        ProtocolHeartbeatOptionsRules.Check(options).ThrowIfAny();
        return options;
    }
}
