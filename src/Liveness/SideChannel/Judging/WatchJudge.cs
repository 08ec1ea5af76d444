using System.Diagnostics;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Liveness.KeepAlive;
using Liveness.Kernel;

namespace Liveness.SideChannel;

/// <summary>Looks at one watched connection, and judges it by all that is known of it.</summary>
/// <remarks>
/// Two locks. The lock of the looks is held over one look: system calls, and the judgement that rests on them, so that no older look is
/// judged after a newer one. The gate of the set is held only over the judgement: whoever hears the peer waits for no system call.
/// The gate is taken inside the lock of the looks, never the other way round.
/// In one file although it is long: a look, its facts and what follows from them are one walk under these two locks.
/// </remarks>
internal sealed class WatchJudge
{
    /// <summary>A window that closes for a moment is no news.</summary>
    private static readonly TimeSpan s_stalledAfter = HeartbeatDefaults.StalledAfter;

    /// <summary>So many places may stay empty.</summary>
    private const int MostKept = 100;

    private readonly Lock _looking = new();
    private readonly Lock _gate;
    private readonly WatchTimes _times;
    private readonly WitnessLooks _looks;
    private readonly SilentSessions _silent;
    private readonly LivenessScheduler _scheduler;
    private readonly Func<Instant, PauseLedger> _pauses;

    /// <summary>Those whose bound ends before their next turn, and when. Guarded by the gate.</summary>
    private readonly Dictionary<WatchEntry, Instant> _dueSoon = [];

    /// <param name="gate">Of the set: guards entries and sessions.</param>
    /// <param name="times">T and what follows from it.</param>
    /// <param name="looks">At the sockets.</param>
    /// <param name="silent">Knows who is at the door.</param>
    /// <param name="scheduler">Whose time it is.</param>
    /// <param name="pauses">Our own pauses at a time.</param>
    public WatchJudge(
        Lock gate,
        WatchTimes times,
        WitnessLooks looks,
        SilentSessions silent,
        LivenessScheduler scheduler,
        Func<Instant,
        PauseLedger> pauses)
    {
        _gate = gate;
        _times = times;
        _looks = looks;
        _silent = silent;
        _scheduler = scheduler;
        _pauses = pauses;
    }

    /// <summary>Nothing where it is no longer in the set.</summary>
    /// <param name="entry">To be judged.</param>
    /// <param name="outcomes">What it comes to is added to them.</param>
    /// <param name="moment">Of the side connection, where all that hang on it are judged; null = its newest.</param>
    public void Judge(WatchEntry entry, ref WatchOutcomes outcomes, SideMoment? moment = null)
    {
        lock (_looking)
        {
            if (!IsHeld(entry, out bool isClosing))
            {
                return;
            }

            Instant now = _scheduler.Now;
            TcpInfoSnapshot kernel = default;
            bool hasUnread = false;
            if (entry.Socket is { } socket)
            {
                WitnessEnd end = Look(entry, socket, now, out kernel);
                if (end != WitnessEnd.No)
                {
                    (outcomes.Ended ??= []).Add((entry, end));
                }

                if (end is not (WitnessEnd.No or WitnessEnd.Unseen))
                {
                    return;
                }

                hasUnread = isClosing && _looks.Sockets.HasUnread(socket);
            }

            lock (_gate)
            {
                if (entry.Index >= 0)
                {
                    SideMoment judgedAt = moment ?? entry.Session?.Moment ?? new SideMoment(now, _pauses(now));
                    JudgeNeedsLock(entry, kernel, hasUnread, now, judgedAt, ref outcomes);
                }
            }
        }
    }

    /// <summary>Whose bound ends before their next turn.</summary>
    public void CollectDueNeedsLock(Instant now, ref WatchOutcomes outcomes)
    {
        Debug.Assert(_gate.IsHeldByCurrentThread, "Entries are guarded by the gate of the set.");
        foreach ((WatchEntry entry, Instant at) in _dueSoon)
        {
            if (at <= now)
            {
                (outcomes.Due ??= []).Add(entry);
            }
        }

        foreach (WatchEntry entry in outcomes.Due ?? [])
        {
            _dueSoon.Remove(entry);
        }

        if (_dueSoon.Capacity > MostKept && _dueSoon.Count < _dueSoon.Capacity / 4)
        {
            // While nobody vouches yet, all are in it, and later hardly any.
            _dueSoon.TrimExcess();
        }
    }

    /// <summary>It is to be judged at that time, turn or no turn.</summary>
    public void DueNeedsLock(WatchEntry entry, Instant at)
    {
        Debug.Assert(_gate.IsHeldByCurrentThread, "Entries are guarded by the gate of the set.");
        _dueSoon[entry] = at;
    }

    /// <summary>It is taken out of the set.</summary>
    public void ForgetNeedsLock(WatchEntry entry)
    {
        Debug.Assert(_gate.IsHeldByCurrentThread, "Entries are guarded by the gate of the set.");
        _dueSoon.Remove(entry);
    }

    /// <summary>After it was taken out: no look goes on behind this one's back.</summary>
    public void StopAsking(WatchEntry entry)
    {
        lock (_looking)
        {
            _looks.End(entry);
        }
    }

    private bool IsHeld(WatchEntry entry, out bool isClosing)
    {
        lock (_gate)
        {
            isClosing = entry.ClosingSince != Instant.Never;
            return entry.Index >= 0;
        }
    }

    private WitnessEnd Look(WatchEntry entry, Socket socket, Instant now, out TcpInfoSnapshot kernel)
    {
        WitnessEnd read = _looks.Read(entry, socket, out kernel);
        if (read != WitnessEnd.No)
        {
            return read;
        }

        WitnessEnd end;
        lock (_gate)
        {
            entry.Witness.Look(kernel, now, _times.DetectWithin);
            end = entry.Witness.Ended;
        }

        if (end == WitnessEnd.No && entry.AsksForUs && _looks.AskingChanges(entry, socket, kernel))
        {
            lock (_gate)
            {
                entry.Witness.ChangeAsking(entry.AsksForUs, byPlan: entry.Asking == WitnessAsking.ForUs);
            }
        }

        return end;
    }

    private void JudgeNeedsLock(
        WatchEntry entry, in TcpInfoSnapshot kernel, bool hasUnread, Instant now, in SideMoment moment, ref WatchOutcomes outcomes)
    {
        Debug.Assert(_gate.IsHeldByCurrentThread, "Entries are guarded by the gate of the set.");
        SideFacts facts = FactsNeedsLock(entry, kernel, hasUnread, now, moment);
        SideVerdict verdict = SideVerdicts.Judge(facts);
        if (verdict.Loss is not null)
        {
            (outcomes.Lost ??= []).Add((entry, Observe(entry, verdict, facts, kernel, now)));
            return;
        }

        // Over its side connection the peer is heard: what of its data it acknowledges says whether it hears us on this one.
        bool isHeard = entry.Socket is not null && facts.Side == SideState.Alive;
        TimeSpan untaken = isHeard ? entry.Witness.DataWaitsFor(kernel, now) : TimeSpan.Zero;
        TimeSpan patience = UntakenData.Patience(kernel, _times.DetectWithin / 2);
        TimeSpan left = SideVerdicts.ChangesIn(facts, entry.IsSeen ? entry.Witness.ChangesIn(now, _times.Plan) : TimeSpan.MaxValue);
        if (untaken > TimeSpan.Zero && untaken < patience && patience - untaken < left)
        {
            left = patience - untaken;
        }

        if (left > TimeSpan.Zero && left < _times.Plan.LookEvery)
        {
            DueNeedsLock(entry, now + left);
        }

        entry.StalledSince = facts.PeerStalled ? Instant.Min(entry.StalledSince, now) : Instant.Never;
        bool stalledForLong = now - entry.StalledSince >= s_stalledAfter;
        entry.Monitor.Update(
            verdict.Suspect ? LivenessState.Suspect : LivenessState.Alive,
            (stalledForLong ? verdict.Conditions : verdict.Conditions & ~ConnectionConditions.PeerNotConsuming)
                | (untaken > TimeSpan.Zero && untaken >= patience ? ConnectionConditions.DataUnacknowledged : ConnectionConditions.None));
        bool wasAskedLongAgo = entry.AskedAt == Instant.Never || now - entry.AskedAt >= _times.AnswerTime;
        if ((verdict.Ask || entry.MustAsk) && wasAskedLongAgo && entry.Session?.Link is { } link)
        {
            entry.NoteAsked(now, kernel.BytesSent - (kernel.BytesRetransmitted ?? 0));
            (outcomes.Asks ??= []).Add((link, entry.Id));
        }

        if (verdict.StartConnectProbe && entry.Session is { } session)
        {
            session.BeginProbe(entry.Tuple.Remote);
            (outcomes.Probes ??= []).Add((session, entry));
        }
    }

    private SideFacts FactsNeedsLock(
        WatchEntry entry, in TcpInfoSnapshot kernel, bool hasUnread, Instant now, in SideMoment moment)
    {
        Debug.Assert(_gate.IsHeldByCurrentThread, "Entries are guarded by the gate of the set.");
        SideSession? session = entry.Session;
        TimeSpan failedFor = entry.IsSeen ? entry.Witness.FailedFor(now) : TimeSpan.Zero;
        bool isOfThisInstance = session is not null && entry.AnswerGeneration == session.Generation;
        return new SideFacts
        {
            Side = session?.State ?? SideState.Never,
            SideSilentFor = session is null or { State: SideState.Alive }
                ? TimeSpan.Zero
                : moment.Since(session.SilentSince),
            SideDiagnosis = session is not null && SharesAddresses(entry, session) ? session.Diagnosis : LossDiagnosis.Unknown,
            UngreetedFor = session is null || session.UngreetedSince == Instant.Never
                ? TimeSpan.Zero
                : moment.Since(session.UngreetedSince),
            SinceKnock = session is null ? null : _silent.SinceKnockNeedsLock(session, moment),
            Witness = entry.IsSeen ? entry.Witness.State : WitnessState.None,
            WitnessFailedFor = Counted(failedFor, session, now),
            BytesSilentFor = entry.IsSeen ? entry.Witness.BytesSilentFor(now) : TimeSpan.MaxValue,
            PeerStalled = entry.IsSeen && entry.Witness.Stalled,
            DeadDirection = DeadDirection(entry, kernel),
            Answer = entry.Answer,
            AnswerIsFresh = isOfThisInstance
                && (failedFor == TimeSpan.Zero || now - entry.AnsweredAt < failedFor - _times.Plan.FreshWithin),
            WasConfirmed = entry.WasConfirmed,
            PeerGaveUp = entry.PeerGaveUp,
            BeatCameBackIn = failedFor == TimeSpan.Zero ? TimeSpan.Zero : session?.Link?.GetSnapshot().OutboundAge ?? TimeSpan.MaxValue,
            NewInstance = session is not null && entry.WasConfirmed && entry.ConfirmedGeneration != session.Generation,
            ClosingFor = kernel.State == TcpState.CloseWait || hasUnread ? TimeSpan.Zero : ClosingFor(entry, now),
            Probe = session?.ProbeOf(entry.Tuple.Remote) ?? ConnectProbe.NotStarted,
            IsAcceptingEnd = session?.IsAcceptingEnd ?? true,
            LocalNetworkIsDown = session is { LocalNetworkIsDown: true },
            DetectWithin = _times.DetectWithin - _times.Margin,
            WitnessBound = _times.Bound - _times.Margin,
        };
    }

    /// <summary>
    /// An outage of everything is not held against one connection: its kernel has to be left unanswered after it, too, also where the next
    /// outage has begun.
    /// </summary>
    private static TimeSpan Counted(TimeSpan failedFor, SideSession? session, Instant now)
    {
        return session is { BackSince: var back } && back != Instant.Never && now - back < failedFor
            ? now - back
            : failedFor;
    }

    /// <summary>Through a proxy, bytes may be missing that are no further than there.</summary>
    private static LossDiagnosis DeadDirection(WatchEntry entry, in TcpInfoSnapshot kernel)
    {
        return entry.KeyHash is not null ? LossDiagnosis.Unknown : SideCounts.DeadDirection(
            kernel,
            entry.AnsweredAt >= entry.AskedAt ? entry.SentWhenAsked : null,
            new AnswerMessage(entry.Id, entry.Answer, entry.PeerBytesReceived, entry.PeerBytesSent));
    }

    private static TimeSpan ClosingFor(WatchEntry entry, Instant now)
    {
        if (entry.ClosingSince == Instant.Never || entry.Socket is null)
        {
            return TimeSpan.Zero;
        }

        TimeSpan since = now - entry.ClosingSince;
        TimeSpan silent = entry.IsSeen ? entry.Witness.BytesSilentFor(now) : since;
        return since < silent ? since : silent;
    }

    /// <summary>
    /// Otherwise the kernel that answered on the side may be a proxy's: also where both have the same address, and the connection is named
    /// by a key, as is done behind proxies. One that was confirmed by its addresses has the same at both ends.
    /// </summary>
    private static bool SharesAddresses(WatchEntry entry, SideSession session) =>
        session.Remote is { } remote
        && entry is { KeyHash: null, Socket: not null }
        && entry.Tuple.Remote == ConnectionTuple.AddressOf(remote.Address);

    private LossObservation Observe(
        WatchEntry entry, in SideVerdict verdict, in SideFacts facts, in TcpInfoSnapshot kernel, Instant now)
    {
        TimeSpan silence = verdict.Loss == LossKind.KeepAliveTimedOut ? entry.Witness.FailedFor(now)
            : facts.Side == SideState.Alive ? TimeSpan.Zero
            : facts.SideSilentFor;
        return new LossObservation
        {
            Kind = verdict.Loss!.Value,
            Silence = silence,
            Bound = _times.Bound,
            Decided = (verdict.Diagnosis, verdict.Certainty),
            Evidence = new LossEvidence
            {
                Kernel = entry.IsSeen ? kernel : null,
                UnansweredProbes = kernel.UnansweredProbes,
                RoundTrip = kernel.RoundTrip,
                PeerReceivedBytes = AnswerMessage.Known(entry.PeerBytesReceived),
                IncidentId = entry.Session?.Loss?.Evidence.IncidentId,
                LocalNetworkIsDown = facts.LocalNetworkIsDown ? true : null,
            },
        };
    }
}
