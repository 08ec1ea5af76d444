using System.Net.NetworkInformation;

namespace Liveness;

/// <content>Looks and verdicts.</content>
internal sealed partial class WatchSet
{
    /// <summary>A window that closes for a moment is no news.</summary>
    private static readonly TimeSpan s_stalledAfter = HeartbeatDefaults.StalledAfter;

    /// <summary>On the scheduler's thread: the next few sockets, one system call each.</summary>
    public override Instant OnDue(Instant now)
    {
        Outcomes outcomes = new();
        int turns;
        lock (_gate)
        {
            turns = (int)Math.Min(_watched.Count, Math.Ceiling(_watched.Count * (_tick / _plan.LookEvery)));
            CollectDueSessionsNeedsLock(now, ref outcomes);
            CollectDueConnectionsNeedsLock(now, ref outcomes);
        }

        for (int i = 0; i < turns; i++)
        {
            lock (_gate)
            {
                if (_watched.Count == 0)
                {
                    break;
                }

                _next = _next >= _watched.Count - 1 ? 0 : _next + 1;
                JudgeNeedsLock(_watched[_next], now, ref outcomes);
            }
        }

        if (outcomes.Any)
        {
            Scheduling.WorkQueue.Post(new Carrying(this, outcomes));
        }

        return now + _tick;
    }

    /// <summary>On the pool.</summary>
    private void JudgeSession(SideSession session)
    {
        Judge(Read<WatchedConnection[]>(() => [.. session.Watches.Values]));
    }

    /// <summary>On the pool.</summary>
    private void Judge(IEnumerable<WatchedConnection> connections)
    {
        Outcomes outcomes = new();
        foreach (WatchedConnection connection in connections)
        {
            lock (_gate)
            {
                JudgeNeedsLock(connection, Scheduling.Now, ref outcomes);
            }
        }

        CarryOut(outcomes);
    }

    /// <summary>What a silent side connection decides, it decides for all of its connections together, when the time has come.</summary>
    private void CollectDueSessionsNeedsLock(Instant now, ref Outcomes outcomes)
    {
        // An accepted side connection never comes back: another takes its place.
        _silent.RemoveWhere(static session => session is { IsAcceptingEnd: true, Link: null, Watches.Count: 0 });
        TimeSpan soon = _detectWithin - _margin;
        foreach (SideSession session in _silent)
        {
            PauseLedger pauses = _pauses(now);
            TimeSpan silence = pauses.RunningTime(session.SilentSince, now);
            bool ungreeted = session.UngreetedSince != Instant.Never && Crosses(session, silence, silence - pauses.RunningTime(session.UngreetedSince, now) + soon);
            bool awaited = SinceKnock(session, now) is { } knocked && Crosses(session, silence, silence - knocked + (soon * 2));
            if (ungreeted || awaited || Crosses(session, silence, soon) || Crosses(session, silence, Bound - _margin) || Crosses(session, silence, soon * 2))
            {
                (outcomes.Sessions ??= []).Add(session);
            }

            session.JudgedAt = silence;
        }
    }

    /// <summary>Whose bound ends before their next turn.</summary>
    private void CollectDueConnectionsNeedsLock(Instant now, ref Outcomes outcomes)
    {
        foreach (WatchedConnection connection in _dueSoon)
        {
            if (connection.DueAt <= now)
            {
                (outcomes.Due ??= []).Add(connection);
            }
        }

        if (outcomes.Due is { } due)
        {
            _dueSoon.ExceptWith(due);
        }
    }

    private static bool Crosses(SideSession session, TimeSpan silence, TimeSpan threshold) => session.JudgedAt < threshold && silence >= threshold;

    private void JudgeNeedsLock(WatchedConnection connection, Instant now, ref Outcomes outcomes)
    {
        if (connection.Index < 0)
        {
            return;
        }

        TcpInfoSnapshot kernel = default;
        if (connection.Socket is { } socket)
        {
            WitnessEnd end = LookNeedsLock(connection, socket, now, out kernel);
            if (end != WitnessEnd.No)
            {
                (outcomes.Ended ??= []).Add((connection, end));
            }

            if (end is not (WitnessEnd.No or WitnessEnd.Unseen))
            {
                return;
            }
        }

        SideFacts facts = FactsNeedsLock(connection, kernel, now);
        SideVerdict verdict = SideVerdicts.Judge(facts);
        if (verdict.Loss is not null)
        {
            (outcomes.Lost ??= []).Add((connection, Observe(connection, verdict, facts, kernel)));
            return;
        }

        // Over its side connection the peer is heard: what of its data it acknowledges says whether it hears us on this one.
        bool isHeard = connection.Socket is not null && facts.Side == SideState.Alive;
        TimeSpan untaken = isHeard ? connection.Witness.DataWaitsFor(kernel, now) : TimeSpan.Zero;
        TimeSpan patience = UntakenData.Patience(kernel, _detectWithin / 2);
        TimeSpan left = SideVerdicts.ChangesIn(facts, connection.IsSeen ? connection.Witness.ChangesIn(now, _plan) : TimeSpan.MaxValue);
        if (untaken > TimeSpan.Zero && untaken < patience && patience - untaken < left)
        {
            left = patience - untaken;
        }

        if (left > TimeSpan.Zero && left < _plan.LookEvery)
        {
            connection.DueAt = now + left;
            _dueSoon.Add(connection);
        }

        connection.StalledSince = facts.PeerStalled ? Instant.Min(connection.StalledSince, now) : Instant.Never;
        bool stalledForLong = now - connection.StalledSince >= s_stalledAfter;
        connection.Monitor.Update(
            verdict.Suspect ? ConnectionState.Suspect : ConnectionState.Alive,
            (stalledForLong ? verdict.Conditions : verdict.Conditions & ~ConnectionConditions.PeerNotConsuming)
                | (untaken > TimeSpan.Zero && untaken >= patience ? ConnectionConditions.DataUnacknowledged : ConnectionConditions.None));
        if ((verdict.Ask || connection.MustAsk) && (connection.AskedAt == Instant.Never || now - connection.AskedAt >= _detectWithin / 4) && connection.Session?.Link is { } link)
        {
            connection.AskedAt = now;
            connection.SentWhenAsked = kernel.BytesSent - (kernel.BytesRetransmitted ?? 0);
            connection.MustAsk = false;
            (outcomes.Asks ??= []).Add((link, connection.Id));
        }

        if (verdict.StartConnectProbe && connection.Session is { } session)
        {
            session.BeginProbe(connection.Tuple.Remote);
            (outcomes.Probes ??= []).Add((session, connection));
        }
    }

    private SideFacts FactsNeedsLock(WatchedConnection connection, in TcpInfoSnapshot kernel, Instant now)
    {
        SideSession? session = connection.Session;
        TimeSpan failedFor = connection.IsSeen ? connection.Witness.FailedFor(now) : TimeSpan.Zero;
        bool isOfThisInstance = session is not null && connection.AnswerGeneration == session.Generation;
        return new SideFacts
        {
            Side = session?.State ?? SideState.Never,
            SideSilentFor = session is null or { State: SideState.Alive } ? TimeSpan.Zero : _pauses(now).RunningTime(session.SilentSince, now),
            SideDiagnosis = session is not null && SharesAddresses(connection, session) ? session.Diagnosis : Diagnosis.Unknown,
            UngreetedFor = session is null || session.UngreetedSince == Instant.Never ? TimeSpan.Zero : _pauses(now).RunningTime(session.UngreetedSince, now),
            SinceKnock = session is null ? null : SinceKnock(session, now),
            Witness = connection.IsSeen ? connection.Witness.State : WitnessState.None,
            WitnessFailedFor = failedFor,
            BytesSilentFor = connection.IsSeen ? connection.Witness.BytesSilentFor(now) : TimeSpan.MaxValue,
            PeerStalled = connection.IsSeen && connection.Witness.Stalled,
            DeadDirection = DeadDirection(connection, kernel),
            Answer = connection.Answer,
            AnswerIsFresh = isOfThisInstance && (failedFor == TimeSpan.Zero || now - connection.AnsweredAt < failedFor - _plan.FreshWithin),
            WasConfirmed = connection.WasConfirmed,
            PeerGaveUp = connection.PeerGaveUp,
            BeatCameBackIn = failedFor == TimeSpan.Zero ? TimeSpan.Zero : session?.Link?.GetSnapshot().OutboundAge ?? TimeSpan.MaxValue,
            NewInstance = session is not null && connection.WasConfirmed && connection.ConfirmedGeneration != session.Generation,
            ClosingFor = kernel.State == TcpState.CloseWait ? TimeSpan.Zero : ClosingFor(connection, now),
            Probe = session?.ProbeOf(connection.Tuple.Remote) ?? ConnectProbe.NotStarted,
            IsAcceptingEnd = session?.IsAcceptingEnd ?? true,
            LocalNetworkIsDown = session is { LocalNetworkIsDown: true },
            DetectWithin = _detectWithin - _margin,
            WitnessBound = Bound - _margin,
        };
    }

    /// <summary>Through a proxy, bytes may be missing that are no further than there.</summary>
    private static Diagnosis DeadDirection(WatchedConnection connection, in TcpInfoSnapshot kernel) => connection.KeyHash is not null ? Diagnosis.Unknown : SideCounts.DeadDirection(
        kernel,
        connection.AnsweredAt >= connection.AskedAt ? connection.SentWhenAsked : null,
        new AnswerMessage(connection.Id, connection.Answer, connection.PeerBytesReceived, connection.PeerBytesSent));

    private TimeSpan? SinceKnock(SideSession session, Instant now)
    {
        return session.AtDoor > 0 ? TimeSpan.Zero
            : session.KnockedAt == Instant.Never ? null
            : _pauses(now).RunningTime(session.KnockedAt, now);
    }

    private TimeSpan ClosingFor(WatchedConnection connection, Instant now)
    {
        if (connection.ClosingSince == Instant.Never || connection.Socket is not { } socket || _sockets.HasUnread(socket))
        {
            return TimeSpan.Zero;
        }

        TimeSpan since = now - connection.ClosingSince;
        TimeSpan silent = connection.IsSeen ? connection.Witness.BytesSilentFor(now) : since;
        return since < silent ? since : silent;
    }

    /// <summary>Otherwise the kernel that answered on the side may be a proxy's: also where both have the same address, and the connection
    /// is named by a key, as is done behind proxies.
    /// One that was confirmed by its addresses has the same at both ends.</summary>
    private static bool SharesAddresses(WatchedConnection connection, SideSession session) =>
        session.Remote is { } remote && connection is { KeyHash: null, Socket: not null } && connection.Tuple.Remote == ConnectionTuple.AddressOf(remote.Address);

    private LossObservation Observe(WatchedConnection connection, in SideVerdict verdict, in SideFacts facts, in TcpInfoSnapshot kernel)
    {
        TimeSpan silence = verdict.Loss == LossKind.KeepAliveTimedOut ? facts.WitnessFailedFor
            : facts.Side == SideState.Alive ? TimeSpan.Zero
            : facts.SideSilentFor;
        return new LossObservation
        {
            Kind = verdict.Loss!.Value,
            Silence = silence,
            Bound = Bound,
            Decided = (verdict.Diagnosis, verdict.Certainty),
            Evidence = new Evidence
            {
                Kernel = connection.IsSeen ? kernel : null,
                UnansweredProbes = kernel.UnansweredProbes,
                RoundTrip = kernel.RoundTrip,
                PeerReceivedBytes = Known(connection.PeerBytesReceived),
                IncidentId = connection.Session?.Loss?.Evidence.IncidentId,
                LocalNetworkIsDown = facts.LocalNetworkIsDown ? true : null,
            },
        };
    }
}
