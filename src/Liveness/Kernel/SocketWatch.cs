using System.Net.NetworkInformation;
using Liveness.KeepAlive;

namespace Liveness.Kernel;

/// <summary>From what the kernel says of a connection, one look after another, to how it is doing and how it ended. Pure.</summary>
/// <remarks>Where the kernel tells ages (Linux), they are its own: it went on while this process could not run, so no pause of ours is
/// subtracted, and none makes the peer suspect.
/// Elsewhere ages are counted from the look that noticed the last change. Longer than most, because each judgement needs nearly all of what
/// was seen: in parts they would only pass it to and fro.</remarks>
internal sealed class SocketWatch
{
    /// <summary>How soon a reset or a close is seen where nothing else draws attention.</summary>
    public static readonly TimeSpan QuietInterval = TimeSpan.FromSeconds(1);

    /// <summary>
    /// While a probe is out or data is unacknowledged: so close that the age at the last look tells a kernel that gave up from one that was
    /// reset.
    /// </summary>
    public static readonly TimeSpan AttentiveInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>A peer that has half closed is no dead one while we still send to it: so long a pause between two pieces may be.</summary>
    public static readonly TimeSpan HalfClosedPatience = TimeSpan.FromSeconds(10);

    /// <summary>Two timeouts in a row: one is common on a path that loses a packet now and then.</summary>
    private const int SuspiciousResends = 2;

    /// <summary>Linux' least retransmission timeout, TCP_RTO_MIN: an answer takes less.</summary>
    private static readonly TimeSpan s_leastAnswerTime = TimeSpan.FromMilliseconds(200);

    private readonly TimeSpan _stalledAfter;
    private TcpInfoSnapshot _last;
    private Instant _lastAt;

    /// <summary>Later than <see cref="_lastAt"/> where the kernel did not tell.</summary>
    private Instant _lookedAt;
    private Instant _heardAt;

    /// <summary>Since when data waits and nothing of it was taken.</summary>
    private Instant _stuckSince;
    private UntakenData _untaken;
    private Instant _closedWindowSince = Instant.Never;
    private Instant _unansweredSince = Instant.Never;

    /// <summary>Looks that found something sent again and nothing heard, since something was.</summary>
    private int _resends;
    private long? _acknowledgedSyn;
    private TcpInfoSnapshot? _dead;

    /// <summary>After the peer's FIN: until when what we send is waited for.</summary>
    private Instant _sendsUntil;
    private Instant _dueAt = Instant.Never;

    /// <param name="first">Taken now.</param>
    /// <param name="closedWindowLimit">After how long the kernel ends a connection whose peer does not read; null or infinite = never, as
    /// far as we know.</param>
    public SocketWatch(in TcpInfoSnapshot first, Instant now, TimeSpan? closedWindowLimit)
    {
        _last = first;
        _lastAt = _lookedAt = _heardAt = _stuckSince = _sendsUntil = now;
        NoteSyn(first);
        _stalledAfter = closedWindowLimit is { } limit && limit != Timeout.InfiniteTimeSpan
            && limit / 2 < SocketWatcherDefaults.StalledAfter
            ? limit / 2
            : SocketWatcherDefaults.StalledAfter;
    }

    public LivenessState State { get; private set; } = LivenessState.Alive;

    public ConnectionConditions Conditions { get; private set; }

    /// <summary>The newest look at which the connection lived.</summary>
    public ref readonly TcpInfoSnapshot Last => ref _last;

    /// <summary>
    /// When something falls due if the kernel goes on saying the same: a suspicion, a condition, or the time at which it ought to have
    /// given up. Not to be rounded down.
    /// </summary>
    public Instant DueAt => _dueAt;

    /// <summary>When to look again, where nothing falls due before.</summary>
    public Instant NextLook => _lookedAt + (NeedsAttention ? AttentiveInterval : QuietInterval);

    private bool NeedsAttention => State == LivenessState.Suspect || _unansweredSince != Instant.Never || KernelReading.DataWaits(_last);

    public WatchStep Look(in TcpInfoSnapshot info, Instant now, TcpKeepAliveSettings inForce)
    {
        switch (info.State)
        {
            // A half close of the peer's is no end while it takes what we send: the answer to a request that is complete.
            case TcpState.CloseWait when StillSends(info, now):
                break;

            // Our own half close (FIN_WAIT_1 and 2) is no end: the peer may still send for hours. Each of these says that its FIN has come.
            case TcpState.CloseWait or TcpState.LastAck or TcpState.Closing or TcpState.TimeWait:
                return WatchStep.Closed;
            case TcpState.Closed or TcpState.DeleteTcb:
                _dead = info;
                return WatchStep.Died;
        }

        bool heard = NoteHearing(info, now);
        bool isStuck = NoteWaiting(info, now);
        TimeSpan patience = UntakenData.Patience(info, inForce);
        Instant? heardAt = heard ? now - (KernelReading.Silence(info) ?? TimeSpan.Zero) : null;
        _untaken.Look(isStuck && !KernelReading.WindowIsClosed(info), heardAt, now, patience);
        NoteUnanswered(info, now);
        _last = info;
        _lastAt = _lookedAt = now;

        LivenessState state = IsSuspicious(now) ? LivenessState.Suspect : LivenessState.Alive;
        ConnectionConditions conditions = now - _closedWindowSince >= _stalledAfter ? ConnectionConditions.PeerNotConsuming
            : state == LivenessState.Alive && now >= _untaken.ForLongAt(patience) ? ConnectionConditions.DataUnacknowledged
            : ConnectionConditions.None;
        bool changed = state != State || conditions != Conditions;
        State = state;
        Conditions = conditions;
        _dueAt = NextDue(now, inForce, patience);
        return (changed ? WatchStep.Changed : WatchStep.None) | (IsOverdue(now, inForce) ? WatchStep.CheckNetwork : WatchStep.None);
    }

    /// <summary>How long nothing has come from the peer, acknowledgements included.</summary>
    public TimeSpan Silence(Instant now) => KernelReading.Silence(_last) is { } silence ? silence + (now - _lastAt) : now - _heardAt;

    /// <summary>The silence that the kernel allows in the present situation; null = unknown.</summary>
    public TimeSpan? Bound(TcpKeepAliveSettings inForce) =>
        KernelReading.WindowIsClosed(_last) ? inForce.Detection.ClosedWindow
        : KernelReading.DataWaits(_last) ? inForce.Detection.DataInFlight
        : inForce.Detection.Idle;

    /// <summary>After <see cref="WatchStep.Died"/>.</summary>
    /// <returns>Null = both sides were closed in good order.</returns>
    public LossObservation? Judge(Instant now, in WatchFacts facts)
    {
        ConnectionEnd end = EndOf(now, facts);
        return end.Kind is { } kind ? Observe(kind, end, now, facts) : null;
    }

    /// <summary>
    /// Where the kernel does not tell any more what it knows of the connection: only the socket itself says then whether it is over.
    /// </summary>
    /// <param name="now">When <paramref name="facts"/> were gathered.</param>
    /// <param name="facts">Gathered now.</param>
    /// <param name="loss">Null = it goes on, or was closed in good order.</param>
    /// <returns>True = it is over.</returns>
    public bool JudgeUnseen(Instant now, in WatchFacts facts, out LossObservation? loss)
    {
        _lookedAt = now;
        _dueAt = Instant.Never;
        loss = facts is { ErrorIsPending: true, HandleIsClosed: false } ? Judge(now, facts) : null;
        return loss is not null || facts.IsAtEnd;
    }

    /// <summary>
    /// The socket was closed at this end: by an owner who wanted to, or by one who met the end before us. Nothing can be asked any more.
    /// </summary>
    /// <returns>Null = nothing says that it was not closed in good order.</returns>
    public LossObservation? JudgeGone(Instant now, in WatchFacts facts)
    {
        return HadRunOut(now, facts.InForce)
            ? Observe(
                facts.LocalNetworkIsDown == true ? LossKind.NetworkUnreachable : LossKind.KeepAliveTimedOut, EndOf(now, facts), now, facts)
            : null;
    }

    /// <summary>After <see cref="WatchStep.CheckNetwork"/>.</summary>
    /// <returns>Null = go on watching.</returns>
    public LossObservation? JudgeNetwork(Instant now, in WatchFacts facts)
    {
        return facts.LocalNetworkIsDown == true && IsOverdue(now, facts.InForce)
            ? Observe(LossKind.NetworkUnreachable, EndOf(now, facts), now, facts)
            : null;
    }

    /// <summary>
    /// Data that is under way when the FIN comes, and what follows it. A peer that has closed altogether resets the connection because of
    /// it.
    /// </summary>
    private bool StillSends(in TcpInfoSnapshot info, Instant now)
    {
        if (KernelReading.DataWaits(info) || (_last.State == TcpState.CloseWait && info.BytesSent > _last.BytesSent))
        {
            _sendsUntil = now + HalfClosedPatience;
        }

        return now < _sendsUntil;
    }

    private bool NoteHearing(in TcpInfoSnapshot info, Instant now)
    {
        bool heard = info.SegmentsReceived is { } segments && _last.SegmentsReceived is { } before
            ? segments != before
            : info.BytesReceived != _last.BytesReceived || KernelReading.Taken(info) > KernelReading.Taken(_last);
        if (heard)
        {
            _heardAt = now;
            _resends = 0;
        }
        else if (KernelReading.Resent(info) > KernelReading.Resent(_last))
        {
            _resends++;
        }

        return heard;
    }

    /// <returns>Data waits, and nothing of it was taken since the look before.</returns>
    private bool NoteWaiting(in TcpInfoSnapshot info, Instant now)
    {
        bool waits = KernelReading.DataWaits(info);
        bool isStuck = waits && KernelReading.Taken(info) == KernelReading.Taken(_last) && _stuckSince != now;
        if (!isStuck)
        {
            // What was taken since the look before was acknowledged by then.
            _stuckSince = waits && info.SinceAckReceived is { } age ? Instant.Max(_lastAt, now - age) : now;
        }

        _closedWindowSince = KernelReading.WindowIsClosed(info) && isStuck
            ? Instant.Min(_closedWindowSince, now)
            : Instant.Never;
        NoteSyn(info);
        return isStuck;
    }

    private void NoteSyn(in TcpInfoSnapshot info)
    {
        if (info.State == TcpState.Established && info.UnacknowledgedSegments == 0 && !KernelReading.DataWaits(info))
        {
            _acknowledgedSyn = KernelReading.AcknowledgedBeyondData(info);
        }
    }

    private void NoteUnanswered(in TcpInfoSnapshot info, Instant now)
    {
        _unansweredSince = info.UnansweredProbes > 0 ? Instant.Min(_unansweredSince, now) : Instant.Never;
    }

    private Instant NextDue(Instant now, TcpKeepAliveSettings inForce, TimeSpan patience)
    {
        Instant due = (Conditions & ConnectionConditions.PeerNotConsuming) == 0 ? _closedWindowSince + _stalledAfter : Instant.Never;
        Instant untaken = _untaken.ForLongAt(patience);
        due = untaken > now ? Instant.Min(due, untaken) : due;
        if (State != LivenessState.Suspect && IsAwaitingOneAnswer)
        {
            due = Instant.Min(due, _unansweredSince + AnswerTime);
        }

        if (_last.State == TcpState.CloseWait)
        {
            due = Instant.Min(due, _sendsUntil);
        }

        bool mayBeOverdue = KernelReading.Silence(_last) is not null && !IsOverdue(now, inForce);
        return mayBeOverdue && Bound(inForce) is { } bound && bound != Timeout.InfiniteTimeSpan
            ? Instant.Min(due, now + (bound - Silence(now)))
            : due;
    }

    /// <summary>
    /// A probe that has just gone out is on its way: it gets the time that an answer takes. Of a closed window's probes one may be missed.
    /// </summary>
    private bool IsAwaitingOneAnswer => _last.UnansweredProbes == 1 && !KernelReading.DataWaits(_last);

    private TimeSpan AnswerTime => Durations.Longer(_last.RetransmissionTimeout ?? TimeSpan.Zero, s_leastAnswerTime);

    private bool IsSuspicious(Instant now)
    {
        bool probesUnanswered = _last.UnansweredProbes >= 2 || (IsAwaitingOneAnswer && now - _unansweredSince >= AnswerTime);

        // A peer whose buffer is full drops what we send, and says so: that is an answer, though the kernel counts its timeouts on.
        bool dataUnanswered = KernelReading.DataWaits(_last) && _resends >= SuspiciousResends
            && _last.Retransmits is not < SuspiciousResends;
        return probesUnanswered || dataUnanswered;
    }

    /// <summary>Past its own limit the kernel has normally given up.</summary>
    private bool IsOverdue(Instant now, TcpKeepAliveSettings inForce)
    {
        return KernelReading.Silence(_last) is not null && Bound(inForce) is { } bound && bound != Timeout.InfiniteTimeSpan
            && Silence(now) >= bound;
    }

    /// <summary>
    /// What the last look showed is the only witness, and the peer may have answered since. So it counts where the kernel's time was up
    /// then, or is up now, and the look was one of those that come close together: not where this process could not look for a while.
    /// </summary>
    private bool HadRunOut(Instant now, TcpKeepAliveSettings inForce)
    {
        bool isUnanswered = State == LivenessState.Suspect && !KernelReading.WindowIsClosed(_last)
            && _last.State is (TcpState.Established or TcpState.CloseWait);
        if (!isUnanswered || KernelReading.Silence(_last) is null
            || Bound(inForce) is not { } bound || bound == Timeout.InfiniteTimeSpan)
        {
            return false;
        }

        return (now - _lastAt <= QuietInterval && UnansweredFor(_lastAt) >= bound)
            || (now - _lastAt <= 2 * AttentiveInterval && UnansweredFor(now) + ConnectionEnd.ClockTolerance >= bound);
    }

    /// <summary>Of data only since it was written: a long silence before is none of a peer that owes us something.</summary>
    private TimeSpan UnansweredFor(Instant at)
    {
        TimeSpan silence = Silence(at);
        return KernelReading.DataWaits(_last) && at - _stuckSince < silence ? at - _stuckSince : silence;
    }

    private ConnectionEnd EndOf(Instant now, in WatchFacts facts)
    {
        return new ConnectionEnd(
            new LastLook
            {
                At = _lastAt,
                HeardAt = _heardAt,
                AcknowledgedAt = _last.SinceAckReceived is { } age ? _lastAt - age : _heardAt,
                StuckSince = _stuckSince,
                Silence = KernelReading.Silence(_last),
                DataWaited = KernelReading.DataWaits(_last),
                WindowWasClosed = KernelReading.WindowIsClosed(_last),
                OurFinWasSent = _last.State is TcpState.FinWait1 or TcpState.FinWait2,
                Segments = unchecked((uint?)_last.SegmentsReceived),
                Received = unchecked((uint?)_last.BytesReceived),
                SentBesidesProbes = KernelReading.SentBesidesProbes(_last),

                // Where data was under way at every look it is not known, and one byte more may be the SYN: that proves no FIN.
                AcknowledgedSyn = _acknowledgedSyn ?? 1,
            },
            _dead,
            now,
            facts);
    }

    private LossObservation Observe(LossKind kind, in ConnectionEnd end, Instant now, in WatchFacts facts)
    {
        return new LossObservation
        {
            Kind = kind,
            Silence = end.Silence,
            Bound = end.Bound ?? Timeout.InfiniteTimeSpan,
            Evidence = new LossEvidence
            {
                Kernel = _last,
                RoundTrip = _last.RoundTrip,
                UnansweredProbes = _dead?.UnansweredProbes ?? _last.UnansweredProbes,
                SegmentsInSilence = end.SegmentsInSilence(kind),
                LocalNetworkIsDown = facts.LocalNetworkIsDown,
                UnacknowledgedFor = kind == LossKind.KeepAliveTimedOut ? _untaken.WaitsFor(now) : null,
            },
        };
    }
}
