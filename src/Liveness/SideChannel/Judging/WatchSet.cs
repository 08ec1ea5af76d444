using System.Net;
using System.Net.Sockets;
using Liveness.Diagnostics;
using Liveness.KeepAlive;
using Microsoft.Extensions.Logging;

namespace Liveness.SideChannel;

/// <summary>
/// All connections that one end of a side channel watches, and its one gate: whatever others know or ask of them comes through here.
/// </summary>
/// <remarks>
/// <para>Each socket is looked at once in a quarter of the bound, spread over the ticks. When a side connection changes, all of its
/// connections are judged at once, off this thread.</para>
/// <para><see cref="WatchTurns"/> holds the connections, <see cref="WatchJudge"/> looks and judges, <see cref="WatchWork"/> carries out,
/// one round after the other. This class owns the gate, which guards entries, sessions and all that is said to be guarded by it: never held
/// over a system call, nor over anybody else's code.</para>
/// </remarks>
// Long, because each of some twenty questions and messages takes the gate here, and does outside of it what follows: a part of it
// elsewhere would have to be handed the gate, and who holds it when would no longer be seen in one place.
internal sealed class WatchSet : SchedulerEntry
{
    private readonly WatchTimes _times;
    private readonly GuardedLogger _logger;
    private readonly IWatchSetOwner _owner;
    private readonly ISocketAccess _sockets;
    private readonly ConnectionMetrics? _metrics;
    private readonly WatchTurns _turns;
    private readonly WitnessLooks _looks;
    private readonly SilentSessions _silent;
    private readonly WatchJudge _judge;
    private readonly WatchWork _work;
    private readonly Lock _gate = new();

    /// <summary>Guarded by the gate.</summary>
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
        _owner = owner;
        _sockets = sockets ?? SystemSocketAccess.Shared;
        _metrics = metrics;
        Scheduling = LivenessScheduler.For(timeProvider);
        _logger = Scheduling.Guard(logger);
        pauses ??= now => Scheduling.Observe(now).Pauses;
        _times = new WatchTimes(detectWithin);
        _turns = new WatchTurns(_gate);
        _looks = new WitnessLooks(_sockets, _times, _logger, witness);
        _silent = new SilentSessions(_gate, _times, pauses);
        _judge = new WatchJudge(_gate, _times, _looks, _silent, Scheduling, pauses);
        _work = new WatchWork(this, _judge, new WatchEnds(_gate, _times, _sockets, Scheduling, _judge), owner, Scheduling);
        Scheduling.Register(this, _times.Tick);
        Scheduling.Schedule(this, Scheduling.Now + _times.Tick);
    }

    public override ILogger Logger => _logger;

    public LivenessScheduler Scheduling { get; }

    /// <summary>Within this time of the last sign of life a loss is told.</summary>
    public TimeSpan Bound => _times.Bound;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _turns.CountNeedsLock;
            }
        }
    }

    /// <summary>On the scheduler's thread: the next few sockets, one system call each.</summary>
    public override Instant OnDue(Instant now)
    {
        WatchOutcomes outcomes = default;
        int turns;
        lock (_gate)
        {
            turns = _turns.InATickNeedsLock(_times.Tick, _times.Plan.LookEvery);
            _silent.CollectDueNeedsLock(now, ref outcomes);
            _judge.CollectDueNeedsLock(now, ref outcomes);
        }

        for (int i = 0; i < turns && TakeTurn() is { } entry; i++)
        {
            _judge.Judge(entry, ref outcomes);
        }

        if (outcomes.Any)
        {
            _work.Add(outcomes);
        }

        return now + _times.Tick;
    }

    /// <summary>Takes a connection in, and makes its kernel a witness.</summary>
    /// <param name="socket">Null where only a key is known.</param>
    /// <param name="keyHash">Null where only the socket is known.</param>
    /// <param name="session">Null = none watches it yet.</param>
    /// <param name="id">By which both ends speak of it.</param>
    public SideWatch Add(Socket? socket, Bytes32? keyHash, SideSession? session, ulong id)
    {
        SideWatch connection = new(this, socket, id, keyHash is { } hash ? new KeyHash(hash) : null, _logger, _metrics);
        WatchEntry entry = connection.Entry;
        if (socket is not null)
        {
            if (_sockets.TryName(socket, out ConnectionTuple tuple))
            {
                entry.Tuple = tuple;
            }

            _looks.Begin(entry, socket, Scheduling.Now);
        }

        connection.Monitor.Update(LivenessState.Alive, ConnectionConditions.Unvouched);
        lock (_gate)
        {
            if (!_isClosed)
            {
                _turns.AddNeedsLock(entry);
                entry.Session = session;
                session?.Add(id, entry);
                return connection;
            }
        }

        _judge.StopAsking(entry);
        connection.Monitor.TryClose(null);
        throw new ObjectDisposedException(nameof(WatchSet), "The side channel was disposed while a connection was handed to it.");
    }

    /// <summary>Takes it out, tells the peer, and puts the socket's keepalive back. Does nothing the second time.</summary>
    public void Stop(SideWatch connection, UnwatchReason reason)
    {
        WatchEntry entry = connection.Entry;
        ISideLink? link = null;
        lock (_gate)
        {
            if (entry.Index < 0)
            {
                return;
            }

            _turns.RemoveNeedsLock(entry);
            _judge.ForgetNeedsLock(entry);
            if (entry.Session is { } session && session.Watches.Remove(entry.Id))
            {
                link = session.Link;
            }
        }

        _judge.StopAsking(entry);
        if (link is not null)
        {
            Span<byte> message = stackalloc byte[SideLimits.MaxMessage];
            link.Send(message[..SideMessageWriter.WriteUnwatch(message, new UnwatchMessage(entry.Id, reason))]);
        }

        _owner.OnStopped(connection);
    }

    /// <summary>No look any more, and no new connections. Those that are there stay as they are.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
        }

        Scheduling.Unregister(this);
    }

    public SideWatch[] All()
    {
        lock (_gate)
        {
            return _turns.AllNeedsLock();
        }
    }

    /// <summary>Those for which that side connection vouches.</summary>
    public WatchEntry[] HangingOn(SideSession session)
    {
        lock (_gate)
        {
            return [.. session.Watches.Values];
        }
    }

    /// <summary>By which all of them are judged; null = there is none yet.</summary>
    public SideMoment? MomentOf(SideSession session)
    {
        lock (_gate)
        {
            return session.Moment;
        }
    }

    /// <summary>Changes what is known of a side connection, and judges everything that hangs on it.</summary>
    public void Change(SideSession session, Action<SideSession> change)
    {
        lock (_gate)
        {
            change(session);
            _silent.NoteNeedsLock(session, Scheduling.Now);
        }

        _work.Add(session);
    }

    /// <summary>At the connecting end: an attempt to open a side connection begins.</summary>
    public void NoteAttempt(SideSession session, Instant at)
    {
        lock (_gate)
        {
            session.Knock(at);
        }
    }

    /// <summary>At the connecting end: the attempt is over, and it is known how.</summary>
    /// <param name="session">Whose attempt it was.</param>
    /// <param name="byPeer">Somebody there has answered; otherwise nobody could be asked.</param>
    public void NoteAttemptOver(SideSession session, bool byPeer)
    {
        lock (_gate)
        {
            if (byPeer)
            {
                session.KnockAnswered();
            }
            else
            {
                session.KnockFailed();
            }
        }
    }

    /// <summary>At the accepting end: somebody begins to open a side connection.</summary>
    /// <returns>Whom it may come from; for <see cref="NoteDeparture"/>.</returns>
    public SideSession[] NoteArrival(IPAddress address)
    {
        lock (_gate)
        {
            return _silent.NoteArrivalNeedsLock(address);
        }
    }

    /// <summary>It has opened one, and thereby said who it is, or has not.</summary>
    public void NoteDeparture(SideSession[] arrivedFor, IPAddress address, bool opened)
    {
        lock (_gate)
        {
            _silent.NoteDepartureNeedsLock(arrivedFor, address, opened, Scheduling.Now);
        }
    }

    /// <summary>Reads what is known of a side connection.</summary>
    public T Read<T>(SideSession session, Func<SideSession, T> read)
    {
        lock (_gate)
        {
            return read(session);
        }
    }

    /// <summary>Null where that side connection vouches for no connection of that number.</summary>
    public SideWatch? Find(SideSession session, ulong id)
    {
        lock (_gate)
        {
            return session.Watches.GetValueOrDefault(id)?.Connection;
        }
    }

    /// <summary>The peer's word about one of its session's connections.</summary>
    public void TakeAnswer(SideSession session, in AnswerMessage answer)
    {
        WatchEntry? about;
        lock (_gate)
        {
            about = PeerWords.Take(session, answer, Scheduling.Now);
        }

        if (about is not null)
        {
            _work.Add(about);
        }
    }

    /// <summary>Why the peer no longer watches a connection.</summary>
    public void TakeUnwatch(SideSession session, in UnwatchMessage unwatch)
    {
        WatchEntry? about;
        lock (_gate)
        {
            about = PeerWords.Take(session, unwatch, Scheduling.Now);
        }

        if (about is not null)
        {
            _work.Add(about);
        }
    }

    /// <returns>False where that link was told before, or it is no longer watched.</returns>
    public bool Claim(SideWatch connection, ISideLink link)
    {
        WatchEntry entry = connection.Entry;
        lock (_gate)
        {
            bool isNew = entry.Index >= 0 && entry.ToldOver != link;
            entry.ToldOver = link;
            return isNew;
        }
    }

    public bool Holds(SideWatch connection)
    {
        lock (_gate)
        {
            return connection.Entry.Index >= 0;
        }
    }

    /// <summary>The peer watches one of ours, or no longer: what it says of it is worth as much as an answer.</summary>
    public void Bind(SideWatch connection, SideSession? session, ulong id)
    {
        WatchEntry entry = connection.Entry;
        lock (_gate)
        {
            if (entry.Index < 0 || (session is not null && entry.Session == session))
            {
                return;
            }

            Instant now = Scheduling.Now;
            entry.Bind(session, id, now);
            if (session is not null)
            {
                _silent.KeepNeedsLock(session, now);
            }
        }

        _work.Add(entry);
    }

    /// <summary>Nobody at the other end watches them any more, over this side connection.</summary>
    public void Release(SideSession session)
    {
        WatchEntry[] released;
        lock (_gate)
        {
            released = [.. session.Watches.Values.Where(entry => entry.Session == session)];
            Array.ForEach(released, entry => entry.Bind(session: null, entry.Id, Scheduling.Now));
        }

        Array.ForEach(released, _work.Add);
    }

    /// <summary>False where it has no socket, or the kernel does not tell.</summary>
    public bool TryRead(SideWatch connection, out TcpInfoSnapshot kernel)
    {
        kernel = default;
        return connection is { Entry.IsUnseen: false, Socket: { } socket } && _sockets.Read(socket, out kernel) == SocketReading.Taken;
    }

    public ConnectionSnapshot Snapshot(SideWatch connection)
    {
        WatchEntry entry = connection.Entry;
        TcpInfoSnapshot kernel = default;
        _ = TryRead(connection, out kernel);
        lock (_gate)
        {
            Instant now = Scheduling.Now;
            ConnectionSnapshot? side = entry.Session?.Link?.GetSnapshot();
            return new ConnectionSnapshot
            {
                State = connection.Monitor.State,
                Conditions = connection.Monitor.Conditions,
                Bound = Bound,
                Silence = entry.IsSeen ? entry.Witness.SilentFor(now) : side?.Silence,
                RoundTrip = side?.RoundTrip ?? kernel.RoundTrip,
                MinRoundTrip = side?.MinRoundTrip ?? kernel.MinRoundTrip,
                BytesSent = kernel.BytesSent - (kernel.BytesRetransmitted ?? 0),
                BytesReceived = kernel.BytesReceived,
                PeerReceivedBytes = AnswerMessage.Known(entry.PeerBytesReceived),
                IncidentId = side?.IncidentId,
                Advice = side?.Advice,
            };
        }
    }

    private WatchEntry? TakeTurn()
    {
        lock (_gate)
        {
            return _turns.TakeNeedsLock();
        }
    }
}
