using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using Liveness.KeepAlive;
using Liveness.Kernel;

namespace Liveness.SideChannel;

/// <summary>
/// From what the kernel says of a watched data connection, one look after another, to whether it can testify that the path lives. Pure; one
/// for each connection, so it is small.
/// </summary>
/// <remarks>
/// Where the kernel tells ages (Linux) they count, elsewhere the look that noticed a change. Mutable: keep it in a field, and don't copy
/// it.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal struct WitnessWatch
{
    /// <summary>Linux' TCP_RTO_MAX: closed-window probes never come further apart.</summary>
    private static readonly TimeSpan s_longestTimeout = TimeSpan.FromSeconds(120);

    /// <summary>Ages of the kernel are whole ticks of its clock, at most 10 ms.</summary>
    private static readonly TimeSpan s_clockTolerance = TimeSpan.FromMilliseconds(50);

    /// <summary>Keepalive asks after a second of silence at least.</summary>
    private static readonly TimeSpan s_leastIdle = TimeSpan.FromSeconds(1) - (2 * s_clockTolerance);

    private WitnessFlags _flags;
    private Instant _lookedAt;
    private Instant _heardAt;
    private Instant _bytesAt;

    /// <summary>Since when data waits and nothing of it was taken.</summary>
    private Instant _stuckSince;

    /// <summary>As <see cref="_stuckSince"/>, but at the latest, and that at the earliest: it began between two looks.</summary>
    private Instant _waitsSince;

    /// <summary>To a peer that has half closed.</summary>
    private Instant _sendsUntil;

    /// <summary>The low halves are enough to see a change.</summary>
    private uint _received;
    private uint _taken;
    private uint _segments;
    private byte _sentBesidesProbes;

    /// <summary>The peer's window, as it was announced last, folded to a byte: enough to see nearly every change.</summary>
    private byte _window;

    /// <param name="first">Taken now.</param>
    /// <param name="asks">The kernel asks the peer while the connection is idle, as often as <see cref="WitnessPlan"/> says or often
    /// enough.</param>
    /// <param name="byPlan">As often as the plan says.</param>
    public WitnessWatch(in TcpInfoSnapshot first, Instant now, bool asks, bool byPlan = true)
    {
        Set(WitnessFlags.Asks, asks && first.UnansweredProbes is not null);
        Set(WitnessFlags.AsksByPlan, byPlan);
        _lookedAt = _heardAt = _bytesAt = _stuckSince = _waitsSince = now;
        Note(first);
        State = WitnessState.Fresh;
    }

    public WitnessState State
    {
        readonly get =>
            Has(WitnessFlags.IsFresh) ? WitnessState.Fresh : Has(WitnessFlags.IsFailed) ? WitnessState.Failed : WitnessState.None;
        private set
        {
            Set(WitnessFlags.IsFresh, value == WitnessState.Fresh);
            Set(WitnessFlags.IsFailed, value == WitnessState.Failed);
        }
    }

    /// <summary>
    /// The window is closed and its probes are answered, as far as is known: the peer's application does not read. Counts as fresh.
    /// </summary>
    public readonly bool Stalled => Has(WitnessFlags.Stalled);

    public WitnessEnd Ended
    {
        readonly get => Has(WitnessFlags.HasFin) ? WitnessEnd.Fin : Has(WitnessFlags.IsDead) ? WitnessEnd.Dead : WitnessEnd.No;
        private set
        {
            Set(WitnessFlags.HasFin, value == WitnessEnd.Fin);
            Set(WitnessFlags.IsDead, value == WitnessEnd.Dead);
        }
    }

    /// <summary>Takes what the kernel shows now. A loss is to be judged right after a look.</summary>
    public WitnessState Look(in TcpInfoSnapshot info, Instant now, TimeSpan detectWithin)
    {
        WitnessPlan plan = new(detectWithin);
        Ended = info.State switch
        {
            // A peer that has half closed takes what we still send, and may die meanwhile.
            TcpState.CloseWait when StillSends(info, now) => WitnessEnd.No,
            TcpState.CloseWait or TcpState.LastAck or TcpState.Closing or TcpState.TimeWait => WitnessEnd.Fin,
            TcpState.Closed or TcpState.DeleteTcb => WitnessEnd.Dead,
            _ => WitnessEnd.No,
        };
        if (Ended != WitnessEnd.No)
        {
            return State;
        }

        SkipOwnPause(now, plan);
        NoteSigns(info, now, plan);
        Note(info);
        _lookedAt = now;
        Set(WitnessFlags.Stalled, IsStalled(info, now - _heardAt, plan));
        State = Stalled ? WitnessState.Fresh : Judge(info, now, plan);
        return State;
    }

    /// <summary>What the end of the connection is judged by.</summary>
    public readonly LastLook LastLook => new()
    {
        At = _lookedAt,
        HeardAt = _heardAt,
        AcknowledgedAt = _heardAt,
        StuckSince = _stuckSince,
        Silence = Has(WitnessFlags.CountsSegments) ? _lookedAt - _heardAt : null,
        DataWaited = Has(WitnessFlags.DataWaited),
        WindowWasClosed = Has(WitnessFlags.WindowWasClosed),
        OurFinWasSent = Has(WitnessFlags.OurFinWasSent),
        Segments = Has(WitnessFlags.CountsSegments) ? _segments : null,
        Received = Has(WitnessFlags.CountsSegments) ? _received : null,
        SentBesidesProbes = Has(WitnessFlags.CountsSegments) ? _sentBesidesProbes : null,

        // Where data was under way at every look it is not known, and one byte more may be the SYN: that proves no FIN.
        AcknowledgedSyn = Has(WitnessFlags.SynCounts) || !Has(WitnessFlags.SynIsKnown) ? 1 : 0,
    };

    /// <summary>When <see cref="State"/> may change by the passing of time alone; <see cref="TimeSpan.MaxValue"/> = not at all.</summary>
    public readonly TimeSpan ChangesIn(Instant now, in WitnessPlan plan)
    {
        TimeSpan silence = now - _heardAt;
        return silence < plan.FreshWithin ? plan.FreshWithin - silence
            : silence < plan.Bound ? plan.Bound - silence
            : TimeSpan.MaxValue;
    }

    /// <summary>
    /// The kernel asks at other times from now on, because another watch wants that, or it has stopped: then only what moves by itself
    /// testifies.
    /// </summary>
    /// <param name="asks">It still does.</param>
    /// <param name="byPlan">As often as the plan says.</param>
    public void ChangeAsking(bool asks, bool byPlan)
    {
        Set(WitnessFlags.Asks, Has(WitnessFlags.Asks) && asks);
        Set(WitnessFlags.AsksByPlan, byPlan);
    }

    /// <summary>Since the last sign of life, less our own pauses.</summary>
    public readonly TimeSpan SilentFor(Instant now) => now - _heardAt;

    /// <summary>
    /// As <see cref="SilentFor"/> where the witness has failed, but not longer than somebody has been asked; zero otherwise.
    /// </summary>
    public readonly TimeSpan FailedFor(Instant now) => State != WitnessState.Failed ? TimeSpan.Zero
        : Has(WitnessFlags.Asks) && Has(WitnessFlags.HasAnswered) ? now - _heardAt
        : now - Instant.Max(_heardAt, _waitsSince);

    /// <summary>Since the last byte of data from the peer, less our own pauses.</summary>
    public readonly TimeSpan BytesSilentFor(Instant now) => now - _bytesAt;

    /// <summary>
    /// For how long data has waited of which nothing was taken, less our own pauses; zero where the peer's buffers are full, which is
    /// <see cref="Stalled"/>. To be asked right after a look.
    /// </summary>
    public readonly TimeSpan DataWaitsFor(in TcpInfoSnapshot info, Instant now) =>
        KernelReading.DataWaits(info) && !KernelReading.WindowIsClosed(info) ? now - _stuckSince : TimeSpan.Zero;

    private readonly WitnessState Judge(in TcpInfoSnapshot info, Instant now, in WitnessPlan plan)
    {
        TimeSpan silence = now - _heardAt;
        if (silence < plan.FreshWithin)
        {
            return WitnessState.Fresh;
        }

        // Data may have been written long after the last sign of life, and have been seen waiting a look later still: half of the time has
        // to do.
        bool dataIsStuck = KernelReading.DataWaits(info) && !KernelReading.WindowIsClosed(info)
            && now - _stuckSince >= plan.FreshWithin / 2;
        if (dataIsStuck || (info.UnansweredProbes >= 2 && Has(WitnessFlags.HasAnswered)))
        {
            return WitnessState.Failed;
        }

        // Keepalive has been asking, or data is on its way, and there is no answer yet to speak of: the kernel's verdict is near, and this
        // is not yet "no witness".
        return Has(WitnessFlags.Asks) && silence < plan.Bound ? WitnessState.Fresh : WitnessState.None;
    }

    /// <summary>
    /// The kernel went on while we could not run, and so did the peer; but what we did not look at is not held against it.
    /// </summary>
    private void SkipOwnPause(Instant now, in WitnessPlan plan)
    {
        TimeSpan gap = now - _lookedAt;
        if (gap > plan.LongestGap)
        {
            TimeSpan pause = gap - plan.LookEvery;
            _heardAt += pause;
            _bytesAt += pause;
            _stuckSince += pause;
            _waitsSince += pause;
        }
    }

    private void NoteSigns(in TcpInfoSnapshot info, Instant now, in WitnessPlan plan)
    {
        bool bytesCame = (uint)(info.BytesReceived ?? 0) != _received;
        bool dataTaken = IsTakenSince(info);
        Instant bytesAt = !bytesCame ? _bytesAt
            : info.SinceDataReceived is { } bytesAge ? Instant.Max(_lookedAt, now - bytesAge)
            : now;
        _bytesAt = Instant.Max(_bytesAt, bytesAt);
        if (info.SinceAckReceived is { } age)
        {
            TimeSpan afterOurs = (info.SinceDataSent ?? TimeSpan.MaxValue) - age;
            TimeSpan twoWays = 2 * (info.RoundTrip ?? TimeSpan.Zero);
            bool isRepetition = afterOurs < s_leastIdle || afterOurs < twoWays;
            NoteAnswer(info, !bytesCame && !dataTaken && !isRepetition && ComesWhenAsked(now - age - _heardAt, twoWays, plan));
            _heardAt = Instant.Max(_heardAt, Instant.Max(now - age, _bytesAt));
        }
        else if (bytesCame || dataTaken || (uint)(info.SegmentsReceived ?? 0) != _segments)
        {
            _heardAt = now;
        }

        if (dataTaken || !KernelReading.DataWaits(info))
        {
            _stuckSince = now;
        }

        if (dataTaken || !Has(WitnessFlags.DataWaited))
        {
            _waitsSince = Instant.Max(_lookedAt, now - (info.SinceDataSent ?? TimeSpan.Zero));
        }
    }

    /// <summary>
    /// While no data moves, it is mostly the answer to a probe that brings an acknowledgement; but also a window that opens, or data that
    /// was repeated without need. Those come soon after what was sent or heard last, or not when an answer is due, or with another window,
    /// or while more than the probe that is under way are unanswered.
    /// </summary>
    private void NoteAnswer(in TcpInfoSnapshot info, bool cameAlone)
    {
        // The window of the SYN is not scaled, so the next segment brings another; but where nothing was sent, no reader can open one.
        bool windowStays = Folded(info.PeerWindowBytes) == _window || info.BytesSent == 0;
        bool isAnswer = cameAlone && windowStays && !Has(WitnessFlags.ProbesWait) && !(info.UnansweredProbes > 1);
        Set(WitnessFlags.HasAnswered, Has(WitnessFlags.HasAnswered) || isAnswer);
    }

    /// <param name="after">The last sign of life, an acknowledgement came.</param>
    /// <param name="twoWays">To the peer and back, twice.</param>
    private readonly bool ComesWhenAsked(TimeSpan after, TimeSpan twoWays, in WitnessPlan plan)
    {
        if (!Has(WitnessFlags.AsksByPlan))
        {
            return after >= s_leastIdle;
        }

        TimeSpan soonest = plan.Idle - (2 * s_clockTolerance);
        TimeSpan latest = WitnessPlan.Late(plan.Idle) + twoWays;

        // Keepalive counts whole seconds: for a T of 6 to 8 s most looks come upon two answers, of which the newer alone shows.
        bool mayBeSecond = plan.LookEvery >= 1.5 * plan.Idle && _heardAt + latest > _lookedAt;
        return (after >= soonest && after <= latest) || (mayBeSecond && after >= 2 * soonest && after <= 2 * latest);
    }

    private void Note(in TcpInfoSnapshot info)
    {
        _received = (uint)(info.BytesReceived ?? 0);
        _taken = (uint)(KernelReading.Taken(info) ?? 0);
        _segments = (uint)(info.SegmentsReceived ?? 0);
        _window = Folded(info.PeerWindowBytes);
        _sentBesidesProbes = KernelReading.SentBesidesProbes(info) ?? 0;
        Set(WitnessFlags.ProbesWait, info.UnansweredProbes > 1);
        Set(WitnessFlags.DataWaited, KernelReading.DataWaits(info));
        Set(WitnessFlags.WindowWasClosed, KernelReading.WindowIsClosed(info));
        Set(WitnessFlags.OurFinWasSent, info.State is TcpState.FinWait1 or TcpState.FinWait2);
        Set(WitnessFlags.CountsSegments, info.SegmentsReceived is not null);
        if (info.State == TcpState.Established && info.UnacknowledgedSegments == 0 && !KernelReading.DataWaits(info))
        {
            Set(WitnessFlags.SynCounts, KernelReading.AcknowledgedBeyondData(info) > 0);
            Set(WitnessFlags.SynIsKnown, true);
        }
    }

    private static bool IsStalled(in TcpInfoSnapshot info, TimeSpan silence, in WitnessPlan plan)
    {
        if (!KernelReading.WindowIsClosed(info))
        {
            return false;
        }

        if (info.UnansweredProbes is null || info.RetransmissionTimeout is not { } timeout)
        {
            return true;
        }

        // The next probe goes out that late, and the answer to the last one still counts.
        int doublings = info.UnacknowledgedSegments > 0 ? 0 : Math.Clamp(info.Backoff ?? 0, 0, 16);
        TimeSpan next = timeout * (1 << doublings);
        TimeSpan allowed = WitnessPlan.Late(next < s_longestTimeout ? next : s_longestTimeout) + (info.RoundTrip ?? TimeSpan.Zero);
        return silence <= (allowed > plan.FreshWithin ? allowed : plan.FreshWithin);
    }

    /// <summary>Data that is under way when the FIN comes, and what follows it.</summary>
    private bool StillSends(in TcpInfoSnapshot info, Instant now)
    {
        if (KernelReading.DataWaits(info) || (_lookedAt < _sendsUntil && IsTakenSince(info)))
        {
            _sendsUntil = now + SocketWatch.HalfClosedPatience;
        }

        return now < _sendsUntil;
    }

    /// <summary>Since the look before.</summary>
    private readonly bool IsTakenSince(in TcpInfoSnapshot info) => unchecked((int)((uint)(KernelReading.Taken(info) ?? 0) - _taken)) > 0;

    private static byte Folded(long? window)
    {
        ulong folded = (ulong)(window ?? 0);
        folded ^= folded >> 32;
        folded ^= folded >> 16;
        return (byte)(folded ^ (folded >> 8));
    }

    private readonly bool Has(WitnessFlags flag) => (_flags & flag) != 0;

    private void Set(WitnessFlags flag, bool value) => _flags = value ? _flags | flag : _flags & ~flag;
}
