using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Liveness;

/// <summary>
/// All connections that one end of a side channel watches: looks at their sockets by turns, judges them, and carries out what the verdicts
/// say.
/// </summary>
/// <remarks>
/// Each socket is looked at once in a quarter of the bound, spread over the ticks. When a side connection changes, all of its connections
/// are judged at once, on the pool.
/// </remarks>
internal sealed partial class WatchSet : SchedulerEntry
{
    private static readonly TimeSpan s_shortestTick = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan s_longestTick = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_wakeUpTime = TimeSpan.FromMilliseconds(20);

    private readonly TimeSpan _detectWithin;
    private readonly TimeSpan _margin;
    private readonly TimeSpan _tick;
    private readonly WitnessPlan _plan;
    private readonly bool _turnsKeepAliveOn;
    private readonly TimeProvider _timeProvider;
    private readonly GuardedLogger _logger;
    private readonly IWatchSetOwner _owner;
    private readonly ISocketAccess _sockets;
    private readonly Func<Instant, PauseLedger> _pauses;
    private readonly ConnectionMetrics? _metrics;
    private readonly Lock _gate = new();
    private readonly List<WatchedConnection> _watched = [];
    private readonly HashSet<SideSession> _silent = [];
    private readonly HashSet<WatchedConnection> _dueSoon = [];
    private int _next;
    private bool _isClosed;

    /// <param name="detectWithin">T; <see cref="TimeSpan.MaxValue"/> = off.</param>
    /// <param name="witness">Kernels may be made to ask the peers.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Is guarded here.</param>
    /// <param name="owner">Told what happens.</param>
    /// <param name="metrics">Null = none.</param>
    /// <param name="sockets">Null = real ones.</param>
    /// <param name="pauses">Our own pauses at a time; null = those that the scheduler knows.</param>
    public WatchSet(
        TimeSpan detectWithin,
        bool witness,
        TimeProvider timeProvider,
        ILogger logger,
        IWatchSetOwner owner,
        ConnectionMetrics? metrics = null,
        ISocketAccess? sockets = null,
        Func<Instant, PauseLedger>? pauses = null)
    {
        _detectWithin = detectWithin;
        _plan = new WitnessPlan(detectWithin);
        _tick = TimeSpan.FromTicks(Math.Clamp(detectWithin.Ticks / 16, s_shortestTick.Ticks, s_longestTick.Ticks));
        TimeSpan late = _tick + s_wakeUpTime;
        _margin = late < detectWithin / 8 ? late : detectWithin / 8;
        _turnsKeepAliveOn = witness;
        _owner = owner;
        _sockets = sockets ?? SystemSocketAccess.Shared;
        _metrics = metrics;
        Scheduling = LivenessScheduler.For(timeProvider);
        _timeProvider = Scheduling.TimeProvider;
        _pauses = pauses ?? (now => Scheduling.Observe(now).Pauses);
        _logger = Scheduling.Guard(logger);
        Scheduling.Register(this, _tick);
        Scheduling.Schedule(this, Scheduling.Now + _tick);
    }

    public override ILogger Logger => _logger;

    public LivenessScheduler Scheduling { get; }

    /// <summary>Within this time of the last sign of life a loss is told.</summary>
    public TimeSpan Bound => _plan.Bound;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _watched.Count;
            }
        }
    }

    /// <summary>Takes a connection in, and makes its kernel a witness.</summary>
    /// <param name="socket">Null where only a key is known.</param>
    /// <param name="keyHash">Null where only the socket is known.</param>
    /// <param name="session">Null = none watches it yet.</param>
    /// <param name="id">By which both ends speak of it.</param>
    public WatchedConnection Add(Socket? socket, Bytes32? keyHash, SideSession? session, ulong id)
    {
        WatchedConnection connection = new(this, socket, id, RandomNonce(), Scheduling.WorkQueue, _logger, _metrics) { KeyHash = keyHash is { } hash ? new KeyHash(hash) : null };
        if (socket is not null)
        {
            if (_sockets.TryName(socket, out ConnectionTuple tuple))
            {
                connection.Tuple = tuple;
            }

            BeginToSee(connection, socket);
        }

        connection.Monitor.Update(ConnectionState.Alive, ConnectionConditions.Unvouched);
        lock (_gate)
        {
            if (!_isClosed)
            {
                connection.Index = _watched.Count;
                _watched.Add(connection);
                connection.Session = session;
                session?.Watches.Add(id, connection);
                return connection;
            }
        }

        StopAsking(connection);
        connection.Monitor.TryClose(null);
        throw new ObjectDisposedException(nameof(WatchSet), "The side channel was disposed while a connection was handed to it.");
    }

    /// <summary>Takes it out, tells the peer, and puts the socket's keepalive back. Does nothing the second time.</summary>
    public void Stop(WatchedConnection connection, UnwatchReason reason)
    {
        ISideLink? link = null;
        lock (_gate)
        {
            if (connection.Index < 0)
            {
                return;
            }

            RemoveNeedsLock(connection);
            if (connection.Session is { } session && session.Watches.Remove(connection.Id))
            {
                link = session.Link;
            }
        }

        StopAsking(connection);
        if (link is not null)
        {
            Span<byte> message = stackalloc byte[SideLimits.MaxMessage];
            link.Send(message[..SideMessageWriter.WriteUnwatch(message, new UnwatchMessage(connection.Id, reason))]);
        }

        _owner.OnStopped(connection);
    }

    public WatchedConnection[] All()
    {
        lock (_gate)
        {
            return [.. _watched];
        }
    }

    /// <summary>Changes what is known of a side connection, and judges everything that hangs on it if that is news.</summary>
    public void Change(SideSession session, Action<SideSession> change)
    {
        lock (_gate)
        {
            change(session);
            if (session.State == SideState.Alive)
            {
                _silent.Remove(session);
            }
            else
            {
                session.JudgedAt = TimeSpan.Zero;
                _silent.Add(session);
            }
        }

        Scheduling.WorkQueue.Post(new SessionJudgement(this, session));
    }

    /// <summary>Runs under the lock that guards sessions and connections.</summary>
    public T Read<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }

    /// <summary>False where it has no socket, or the kernel does not tell.</summary>
    public bool TryRead(WatchedConnection connection, out TcpInfoSnapshot kernel)
    {
        kernel = default;
        return connection is { IsUnseen: false, Socket: { } socket } && _sockets.Read(socket, out kernel) == SocketReading.Taken;
    }

    public ConnectionSnapshot Snapshot(WatchedConnection connection)
    {
        TcpInfoSnapshot kernel = default;
        _ = TryRead(connection, out kernel);
        lock (_gate)
        {
            Instant now = Scheduling.Now;
            ConnectionSnapshot? side = connection.Session?.Link?.GetSnapshot();
            return new ConnectionSnapshot
            {
                State = connection.Monitor.State,
                Conditions = connection.Monitor.Conditions,
                Bound = Bound,
                Silence = connection.IsSeen ? connection.Witness.SilentFor(now) : side?.Silence,
                RoundTrip = side?.RoundTrip ?? kernel.RoundTrip,
                MinRoundTrip = side?.MinRoundTrip ?? kernel.MinRoundTrip,
                BytesSent = kernel.BytesSent - (kernel.BytesRetransmitted ?? 0),
                BytesReceived = kernel.BytesReceived,
                PeerReceivedBytes = Known(connection.PeerBytesReceived),
                IncidentId = side?.IncidentId,
            };
        }
    }

    private static long? Known(ulong count) => count == AnswerMessage.Unknown ? null : (long)Math.Min(count, long.MaxValue);

    private static ulong RandomNonce()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(bytes);
        return BitConverter.ToUInt64(bytes);
    }

    private void RemoveNeedsLock(WatchedConnection connection)
    {
        WatchedConnection last = _watched[^1];
        _watched[connection.Index] = last;
        last.Index = connection.Index;
        _watched.RemoveAt(_watched.Count - 1);
        connection.Index = -1;
        _dueSoon.Remove(connection);
    }

    private sealed class SessionJudgement(WatchSet set, SideSession session) : IThreadPoolWorkItem
    {
        public void Execute() => set.JudgeSession(session);
    }
}
