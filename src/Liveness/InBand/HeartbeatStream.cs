using System.Buffers;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Liveness;

/// <summary>A duplex stream over your connection that carries your bytes and a heartbeat: read and write it as before, and learn within a
/// promised time,
/// once, and with the reason, that the connection is dead.</summary>
/// <remarks>
/// <para>Both ends wrap: the peer must speak the same protocol. The library reads the transport all the time, so beats are never stuck
/// behind data
/// that your code has not read yet; credit bounds how much that can be.</para>
/// <para>One read and one write may overlap. A second read (or write) while one is pending is refused with
/// <see cref="InvalidOperationException"/>.</para>
/// <para>A write that has returned is accepted, not delivered, exactly as with bytes in a kernel buffer. <see cref="FlushAsync"/> completes
/// when everything accepted has been handed to the transport.</para>
/// <para>After a loss, reads first return what was received in order and then throw <see cref="ConnectionLostException"/>; writes throw at
/// once.
/// After the peer's orderly close reads return 0 and writes throw <see cref="IOException"/>. After a local dispose everything throws
/// <see cref="ObjectDisposedException"/>.</para>
/// </remarks>
public sealed partial class HeartbeatStream : Stream
{
    private static readonly UInt128 s_instanceId = RandomId();

    private readonly Lock _gate = new();
    private readonly Transport _transport;
    private readonly InBandSession _session;
    private readonly HeartbeatPlan _plan;
    private readonly TimeProvider _timeProvider;
    private readonly LivenessScheduler _scheduler;
    private readonly WorkQueue _workQueue;
    private readonly GuardedLogger _logger;
    private readonly ArrayPool<byte> _pool;
    private readonly Wakeup _wakeup;
    private readonly CancellationTokenSource _transportDone = new();
    private TimeSpan _tick;
    private bool _disposed;

    /// <summary>
    /// Wraps a connected socket. No byte moves before <see cref="StartAsync(CancellationToken)"/> or the first read or write.
    /// </summary>
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
    public HeartbeatStream(Socket socket, HeartbeatOptions? options = null, bool leaveOpen = false)
        : this(new SocketTransport(Checked(socket, options), owner: null, leaveOpen), options ?? new HeartbeatOptions(), RandomId())
    {
        _neverStarted = NeverStarted.Watch(this);
    }

    /// <summary>
    /// Wraps a duplex stream. No byte moves before <see cref="StartAsync(CancellationToken)"/> or the first read or write.
    /// </summary>
    /// <param name="stream">Readable and writable at the same time, such as a <see cref="NetworkStream"/>, an SslStream or a pipe.
    /// The heartbeat stream owns it from now on, unless <paramref name="leaveOpen"/> is set.</param>
    /// <param name="options">Null = all defaults. Read now; later changes have no effect.</param>
    /// <param name="leaveOpen">Whether the stream stays open when this one is closed, or the connection is lost.</param>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range; the message names property, value, range and
    /// cure.</exception>
    /// <exception cref="ArgumentException">The stream can't be read or can't be written.</exception>
    /// <exception cref="InvalidOperationException">The stream, or the socket beneath it, is wrapped already, and that wrapper has neither
    /// ended nor been disposed.</exception>
    public HeartbeatStream(Stream stream, HeartbeatOptions? options = null, bool leaveOpen = false)
        : this(Transport.Over(Checked(stream, options), leaveOpen, options?.Abort, options?.TimeProvider), options ?? new HeartbeatOptions(), RandomId())
    {
        _neverStarted = NeverStarted.Watch(this);
    }

    /// <summary>Over a transport that its owner has made.</summary>
    internal HeartbeatStream(Transport transport, HeartbeatOptions options)
        : this(transport, options, RandomId())
    {
    }

    /// <summary>With an id that is not drawn: it seeds the jitter, so that a whole run can be repeated.</summary>
    internal HeartbeatStream(Transport transport, HeartbeatOptions options, UInt128 endpointId, ArrayPool<byte>? pool = null)
    {
        _plan = HeartbeatPlan.Create(options);
        _tick = _plan.Rate.Tick;
        _transport = transport;
        _scheduler = LivenessScheduler.For(options.TimeProvider);
        _timeProvider = _scheduler.TimeProvider;
        _workQueue = _scheduler.WorkQueue;
        _logger = _scheduler.Guard(options.Logger);
        _session = new InBandSession(_plan, s_instanceId, endpointId, pool) { MaxPayload = transport.MaxFramePayload };
        _pool = pool ?? ArrayPool<byte>.Shared;
        _read = new PendingRead(_workQueue);
        _wakeup = new Wakeup(this);
        Monitor = new ConnectionMonitor(new Monitored(this), _workQueue, _logger, ConnectionMetrics.For(options.MeterFactory, options.Name, options.Mode, _timeProvider), begins: false);
    }

    /// <summary>
    /// The passive handle to this connection's state, its one terminal event and its measurements. Never disposed by you.
    /// </summary>
    public ConnectionMonitor Monitor { get; }

    /// <summary>What follows from the options.</summary>
    public HeartbeatPlan Plan => _plan;

    /// <summary>Changes <see cref="HeartbeatOptions.DetectWithin"/> of the running connection and tells the peer, unless that is its value
    /// already. A slower value holds at once;
    /// a faster one as soon as the peer has confirmed it, so that no live connection is lost by the change.</summary>
    /// <param name="detectWithin">100 ms to less than one day; <see cref="Timeout.InfiniteTimeSpan"/> = stop judging.</param>
    /// <remarks>The other options stay as they were, <see cref="HeartbeatOptions.CloseTimeout"/> and
    /// <see cref="HeartbeatOptions.StalledAfter"/> too; only a
    /// <see cref="HeartbeatOptions.MinReceiveInterval"/> above the new beat interval gives way. Before the handshake it holds from its end
    /// on; after the end of
    /// the connection it has no effect.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    /// <exception cref="ObjectDisposedException">This stream was disposed.</exception>
    public void ChangeDetectWithin(TimeSpan detectWithin)
    {
        List<HeartbeatOptionsRules.Failure> failures = [];
        if (!HeartbeatOptionsRules.CheckDetectWithin(detectWithin, failures))
        {
            throw new ArgumentOutOfRangeException(nameof(detectWithin), detectWithin, failures[0].Message);
        }

        HeartbeatRate rate = HeartbeatRate.Derive(detectWithin, _plan.MinTransmitInterval, _plan.MinReceiveInterval);
        SessionSignals signals;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_wakeupIsForgotten)
            {
                return;
            }

            signals = _session.ChangeRate(rate);
            _tick = rate.Tick;
            if (_session.IsStarted)
            {
                _scheduler.Register(_wakeup, _tick);
            }
        }

        Act(signals);
    }

    /// <summary>Who is at both ends, once the handshake is through: endpoints are streams, instances are processes.</summary>
    internal (UInt128 OwnEndpoint, UInt128 PeerEndpoint, UInt128 OwnInstance, UInt128 PeerInstance) Identities
    {
        get
        {
            lock (_gate)
            {
                return (_session.EndpointId, _session.PeerEndpointId, s_instanceId, _session.PeerInstanceId);
            }
        }
    }

    private static UInt128 RandomId()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    /// <summary>Everything that can be refused is looked at before the socket is touched.</summary>
    private static Socket Checked(Socket socket, HeartbeatOptions? options)
    {
        ArgumentNullException.ThrowIfNull(socket);
        Check(options);
        return socket is { SocketType: SocketType.Stream, Connected: true }
            ? socket
            : throw new ArgumentException("The socket must be a connected stream socket: connect it, or take it from Accept, before wrapping it.", nameof(socket));
    }

    private static Stream Checked(Stream stream, HeartbeatOptions? options)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Check(options);
        return stream is { CanRead: true, CanWrite: true }
            ? stream
            : throw new ArgumentException("The stream must be open and readable and writable at the same time, as a NetworkStream is.", nameof(stream));
    }

    private static void Check(HeartbeatOptions? options)
    {
        if (options is not null)
        {
            HeartbeatPlan.Create(options);
        }
    }
}
