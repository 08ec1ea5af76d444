using static Liveness.Durations;

namespace Liveness.SideChannel;

/// <summary>Is a data connection lost that nobody touches? Both sides' evidence in, one verdict out. Pure.</summary>
/// <remarks>
/// No evidence of life is ever outvoted but by the peer's host itself saying that the connection is gone, or by a process that has stopped
/// while its kernel lives.
/// </remarks>
internal static class SideVerdicts
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Longer than the pause between two attempts of a client with the default options, its jitter included. At the accepting end somebody
    /// else behind the same address may be taken for it, and each knock of his begins the minute anew.
    /// </summary>
    public static TimeSpan KnockCounts { get; } = TimeSpan.FromMinutes(1);

    public static SideVerdict Judge(in SideFacts facts)
    {
        if (facts is { PeerGaveUp: true, WasConfirmed: true })
        {
            return Lost(facts, LossKind.PeerDenied, LossDiagnosis.PeerGaveUp, LossCertainty.Proven);
        }

        if (Denied(facts) is { } diagnosis)
        {
            return Lost(facts, LossKind.PeerDenied, diagnosis, LossCertainty.Likely);
        }

        return facts.Side == SideState.Alive ? JudgeWhileAlive(facts)
            : IsFrozen(facts) ? Frozen(facts)
            : KernelVouches(facts) ? Undecided(facts)
            : facts.Witness == WitnessState.Failed ? JudgeTwoSilences(facts)
            : JudgeWithoutWitness(facts);
    }

    /// <summary>When the verdict may change by the passing of time alone: each of its limits is a due time.</summary>
    /// <param name="facts">Of a connection that is not lost.</param>
    /// <param name="witness">When the witness may change.</param>
    public static TimeSpan ChangesIn(in SideFacts facts, TimeSpan witness)
    {
        TimeSpan next = facts.Side == SideState.Alive ? TimeSpan.MaxValue : witness;
        next = Sooner(next, facts.WitnessFailedFor, facts.WitnessBound);
        next = Sooner(next, facts.ClosingFor, facts.DetectWithin);
        if (facts.Side != SideState.Alive)
        {
            next = Sooner(next, facts.BytesSilentFor, facts.DetectWithin);
            next = Sooner(next, facts.UngreetedFor, facts.DetectWithin);
            next = Sooner(next, facts.SinceKnock ?? TimeSpan.Zero, Longer(KnockCounts, facts.DetectWithin));
            next = Sooner(next, facts.SideSilentFor, facts.WitnessBound);
        }

        return next;
    }

    /// <param name="age">Zero = it does not grow.</param>
    private static TimeSpan Sooner(TimeSpan next, TimeSpan age, TimeSpan limit) =>
        age > TimeSpan.Zero && age < limit && limit - age < next ? limit - age : next;

    /// <summary>
    /// The answers that end a connection. Of one that was never confirmed they say nothing: another host may have been asked.
    /// </summary>
    private static LossDiagnosis? Denied(in SideFacts facts)
    {
        if (!facts.WasConfirmed)
        {
            return null;
        }

        return facts.Answer switch
        {
            SideAnswer.Gone => facts.NewInstance ? LossDiagnosis.PeerRestarted : LossDiagnosis.PeerForgot,
            SideAnswer.Closing when facts.NewInstance => LossDiagnosis.PeerRestarted,

            // The same process is closing it in good order: its FIN gets one T to arrive.
            SideAnswer.Closing when facts.ClosingFor >= facts.DetectWithin => LossDiagnosis.PeerForgot,
            _ => null,
        };
    }

    private static SideVerdict JudgeWhileAlive(in SideFacts facts)
    {
        bool failed = facts.Witness == WitnessState.Failed && !facts.PeerStalled;
        if (failed && facts.WitnessFailedFor >= facts.WitnessBound && WasOutrun(facts))
        {
            // Its host lives and is reached by another path: whatever it answers, this path is dead.
            return LostOnItsPath(facts);
        }

        return Undecided(facts) with { Suspect = failed, Ask = (failed || facts.NewInstance) && !facts.AnswerIsFresh };
    }

    /// <summary>The other process has stopped: its kernel acknowledges what it never answers, takes new connections that nobody greets for
    /// one more T, and no data comes either.
    /// The accepting end can't make sure: there, the client merely does not come back, and does not even try to.</summary>
    private static bool IsFrozen(in SideFacts facts)
    {
        return facts is { Side: SideState.Silent, SideDiagnosis: LossDiagnosis.PeerUnresponsive, WasConfirmed: true }
            && (facts.Witness != WitnessState.Failed || facts.PeerStalled)
            && (facts.IsAcceptingEnd
                ? !(facts.SinceKnock < Longer(KnockCounts, facts.DetectWithin))
                : facts.UngreetedFor >= facts.DetectWithin)
            && HasHadTwice(facts)
            && facts.BytesSilentFor >= facts.DetectWithin;
    }

    private static SideVerdict Frozen(in SideFacts facts)
    {
        bool isSure = !facts.IsAcceptingEnd && KernelVouches(facts);
        LossCertainty certainty = isSure ? LossCertainty.Likely : LossCertainty.Ambiguous;
        return Lost(facts, LossKind.SideConnectionSilent, LossDiagnosis.PeerUnresponsive, certainty);
    }

    private static SideVerdict JudgeTwoSilences(in SideFacts facts)
    {
        // What kills both kills them together: then its victims are told as one batch, by the clock that they share. The side connection's
        // last byte is at most a receive interval older than the witness's last sign, which in turn may be as old as keepalive's idle time.
        // Else the witness alone has to prove it.
        TimeSpan apart = facts.SideSilentFor - facts.WitnessFailedFor;
        bool oneEvent = facts.Side == SideState.Silent && apart <= ReceiveInterval(facts.DetectWithin) && apart > -facts.WitnessBound / 3;
        TimeSpan silence = oneEvent ? facts.SideSilentFor : facts.WitnessFailedFor;
        return silence < facts.WitnessBound ? Undecided(facts) with { Suspect = true }
            : facts.Side == SideState.Silent && facts.SideSilentFor >= facts.DetectWithin
                ? Lost(facts, LossKind.SideConnectionSilent, DeadHost(facts), LossCertainty.Likely)

            // A side connection that only has become suspect was heard while the witness was failing: its host lived.
            : facts.Side == SideState.Silent ? WasOutrun(facts) ? LostOnItsPath(facts) : Undecided(facts) with { Suspect = true }
            : LostByKernel(facts, LossDiagnosis.PeerHostOrPathDead, LossCertainty.Likely);
    }

    /// <summary>Slow is not dead: on a full link the answers to our kernel's probes are under way for as long as everything else. They are
    /// missed once a beat has come back that was sent after two probes at least.</summary>
    private static bool WasOutrun(in SideFacts facts) =>
        facts.WitnessFailedFor - facts.BeatCameBackIn >= facts.WitnessBound / 2;

    /// <summary>
    /// Where no byte is missing at either end, as on an idle connection, nothing says which way is dead: both ends would name their own way
    /// out, and one is wrong.
    /// </summary>
    private static SideVerdict LostOnItsPath(in SideFacts facts) => facts.DeadDirection switch
    {
        LossDiagnosis.PathDeadInbound or LossDiagnosis.PathDeadOutbound => LostByKernel(facts, facts.DeadDirection, LossCertainty.Likely),
        _ => LostByKernel(facts, LossDiagnosis.PathDeadOutbound, LossCertainty.Ambiguous),
    };

    private static SideVerdict JudgeWithoutWitness(in SideFacts facts)
    {
        bool lost = facts.IsAcceptingEnd

            // The client may still rebuild it, the more so where it was seen trying. One that never had a side connection proves nothing by
            // not having one.
            ? facts.Side == SideState.Silent && HasHadTwice(facts)
                && (facts.SinceKnock is not { } knocked || (knocked >= KnockCounts && knocked - facts.DetectWithin >= facts.DetectWithin))
            : facts.Probe switch
            {
                ConnectProbe.Unanswered => facts.Side == SideState.Silent ? facts.SideSilentFor >= facts.DetectWithin : HasHadTwice(facts),
                _ => false,
            };
        return lost
            ? Lost(facts, LossKind.SideConnectionSilent, DeadHost(facts), LossCertainty.Ambiguous)
            : Undecided(facts) with { Suspect = facts.Side == SideState.Silent && facts.Probe != ConnectProbe.Answered };
    }

    /// <summary>
    /// Of a side connection with this T, with a quarter of a second for its way: a quarter of T while that is below a second, later a
    /// tenth.
    /// </summary>
    private static TimeSpan ReceiveInterval(TimeSpan detectWithin)
    {
        TimeSpan late = Longer(detectWithin / 10, s_second);
        return Shorter(detectWithin / 4, late) + (s_second / 4);
    }

    private static bool KernelVouches(in SideFacts facts) => facts.Witness == WitnessState.Fresh || facts.PeerStalled;

    /// <summary>Twice T, without a sum that could overflow.</summary>
    private static bool HasHadTwice(in SideFacts facts) => facts.SideSilentFor - facts.DetectWithin >= facts.DetectWithin;

    private static LossDiagnosis DeadHost(in SideFacts facts) =>
        facts.LocalNetworkIsDown ? LossDiagnosis.LocalNetworkDown : LossDiagnosis.PeerHostOrPathDead;

    private static SideVerdict LostByKernel(in SideFacts facts, LossDiagnosis diagnosis, LossCertainty certainty)
    {
        return facts.LocalNetworkIsDown
            ? Lost(facts, LossKind.KeepAliveTimedOut, LossDiagnosis.LocalNetworkDown, LossCertainty.Likely)
            : Lost(facts, LossKind.KeepAliveTimedOut, diagnosis, certainty);
    }

    private static SideVerdict Lost(in SideFacts facts, LossKind kind, LossDiagnosis diagnosis, LossCertainty certainty)
    {
        return new SideVerdict { Loss = kind, Diagnosis = diagnosis, Certainty = certainty, Conditions = ConditionsOf(facts) };
    }

    private static SideVerdict Undecided(in SideFacts facts)
    {
        bool silent = facts.Side != SideState.Alive;
        bool probeTells = facts.Witness == WitnessState.None && !facts.PeerStalled;
        return new SideVerdict
        {
            Conditions = ConditionsOf(facts),
            StartConnectProbe = silent && probeTells && !facts.IsAcceptingEnd && facts.Probe == ConnectProbe.NotStarted,
        };
    }

    private static ConnectionConditions ConditionsOf(in SideFacts facts)
    {
        // A suspect side connection is not down yet: it has until T.
        bool down = facts.Side != SideState.Alive && facts.SideSilentFor >= facts.DetectWithin;
        bool vouched = facts.Answer == SideAnswer.Watched && facts.Side != SideState.Never && !down;
        return (vouched ? ConnectionConditions.None : ConnectionConditions.Unvouched)
            | (down ? ConnectionConditions.SideDown : ConnectionConditions.None)
            | (facts.PeerStalled ? ConnectionConditions.PeerNotConsuming : ConnectionConditions.None);
    }
}
