using Liveness.SideChannel;

namespace Liveness.Tests;

/// <summary>
/// Every combination of what the facts can be, with durations just below and at each limit: over a million verdicts, and rules that none
/// may break.
/// </summary>
public sealed class SideVerdictProductTests
{
    private static readonly TimeSpan s_t = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_bound = new WitnessPlan(s_t).Bound;
    private static readonly TimeSpan[] s_silences = [TimeSpan.Zero, s_t - Tick, s_t, s_bound - Tick, s_bound, 3 * s_bound];
    private static readonly TimeSpan[] s_oneT = [s_t - Tick, s_t];
    private static readonly TimeSpan?[] s_knocks = [null, 2 * s_t, TimeSpan.FromMinutes(1) - Tick, TimeSpan.FromMinutes(1)];
    private static readonly bool[] s_flags = [false, true];

    private static TimeSpan Tick => TimeSpan.FromTicks(1);

    [Fact]
    public void No_combination_of_facts_breaks_a_rule()
    {
        long verdicts = 0;
        long losses = 0;
        foreach (SideFacts facts in Everything())
        {
            SideVerdict verdict = SideVerdicts.Judge(facts);
            verdicts++;
            losses += verdict.Loss is null ? 0 : 1;
            if (Broken(facts, verdict) is { } rule)
            {
                Assert.Fail($"{rule}: {facts} -> {verdict}");
            }
        }

        verdicts.Should().BeGreaterThan(1_000_000);
        losses.Should().BeGreaterThan(100_000).And.BeLessThan(verdicts);
    }

    private static string? Broken(in SideFacts facts, in SideVerdict verdict)
    {
        return verdict.Loss is { } loss ? BrokenByLoss(facts, verdict, loss) : BrokenByLife(facts, verdict);
    }

    private static string? BrokenByLoss(in SideFacts facts, in SideVerdict verdict, LossKind loss)
    {
        bool denied = loss == LossKind.PeerDenied;
        bool frozen = verdict.Diagnosis == LossDiagnosis.PeerUnresponsive;
        bool kernelVouches = facts.Witness == WitnessState.Fresh || facts.PeerStalled;
        TimeSpan proof = facts.SideSilentFor > facts.WitnessFailedFor ? facts.SideSilentFor : facts.WitnessFailedFor;
        return !DiagnosisTable.Allows(loss, verdict.Diagnosis) ? "a diagnosis outside the table"
            : loss is not (LossKind.PeerDenied or LossKind.SideConnectionSilent or LossKind.KeepAliveTimedOut) ? "a kind that is not the side channel's"
            : denied && !facts.WasConfirmed ? "denied, never confirmed"
            : denied && facts.Answer is not (SideAnswer.Gone or SideAnswer.Closing) ? "denied without such an answer"
            : denied && facts.Answer == SideAnswer.Closing && !facts.NewInstance && facts.ClosingFor < facts.DetectWithin ? "an orderly close had no T"
            : denied && verdict.Diagnosis == LossDiagnosis.PeerRestarted != facts.NewInstance ? "restarted means a new instance"
            : !denied && !frozen && kernelVouches ? "a vouching kernel was outvoted"
            : frozen && (facts.SideDiagnosis != LossDiagnosis.PeerUnresponsive || facts.SideSilentFor < 2 * facts.DetectWithin || facts.Side != SideState.Silent) ? "frozen without proof"
            : frozen && facts.BytesSilentFor < facts.DetectWithin ? "frozen, and yet it sent bytes"
            : frozen && !facts.IsAcceptingEnd && facts.UngreetedFor < facts.DetectWithin ? "frozen, though nobody tried"
            : loss == LossKind.SideConnectionSilent && facts is { IsAcceptingEnd: true, Witness: WitnessState.None } && facts.SinceKnock < TimeSpan.FromMinutes(1)
                ? "lost, and yet it knocked"
            : frozen && facts.IsAcceptingEnd && facts.SinceKnock < TimeSpan.FromMinutes(1) ? "frozen, and yet it knocked"
            : frozen && facts.IsAcceptingEnd && verdict.Certainty != LossCertainty.Ambiguous ? "the accepting end can't be sure"
            : !denied && proof < facts.DetectWithin ? "lost before T"
            : !denied && facts.Witness == WitnessState.Failed && !frozen && proof < facts.WitnessBound ? "lost before the witness's bound"
            : !denied && facts.Witness == WitnessState.None && !facts.PeerStalled && verdict.Certainty != LossCertainty.Ambiguous ? "sure without a witness"
            : verdict.Diagnosis is LossDiagnosis.PathDeadOutbound or LossDiagnosis.PathDeadInbound && verdict.Certainty != LossCertainty.Ambiguous && facts.DeadDirection != verdict.Diagnosis ? "sure of a direction that nothing shows"
            : !denied && facts.Side == SideState.Alive && facts.Witness != WitnessState.Failed ? "lost while vouched by a live side"
            : loss == LossKind.SideConnectionSilent && (facts.Side == SideState.Alive || facts.SideSilentFor < facts.DetectWithin) ? "silent, but heard"
            : loss == LossKind.KeepAliveTimedOut && (facts.Witness != WitnessState.Failed || facts.WitnessFailedFor < facts.WitnessBound) ? "the kernel proved nothing"
            : verdict.Ask || verdict.Suspect || verdict.StartConnectProbe ? "a lost connection asks nothing"
            : null;
    }

    private static string? BrokenByLife(in SideFacts facts, in SideVerdict verdict)
    {
        bool deadForTwice = facts.SideSilentFor >= 2 * facts.DetectWithin;
        bool vouched = facts.Witness == WitnessState.Fresh || facts.PeerStalled;
        return facts is { WasConfirmed: true, Answer: SideAnswer.Gone } ? "gone, and not lost"
            : !facts.PeerStalled && facts.Witness == WitnessState.Failed && facts.WitnessFailedFor >= facts.WitnessBound
                && (facts.Side != SideState.Silent || facts.SideSilentFor >= facts.WitnessBound || facts.WitnessFailedFor - facts.SideSilentFor >= facts.WitnessBound / 3) ? "the witness proved it, and not lost"
            : facts.Side == SideState.Silent && !vouched && facts.Witness == WitnessState.None && facts.IsAcceptingEnd && deadForTwice && (facts.SinceKnock ?? TimeSpan.MaxValue) >= TimeSpan.FromMinutes(1)
                ? "no rebuild for 2 T, nobody at the door for a minute, and not lost"
            : facts.Side != SideState.Alive && !vouched && facts.Witness == WitnessState.None && !facts.IsAcceptingEnd && deadForTwice && facts.Probe == ConnectProbe.Unanswered
                ? "nobody answers for 2 T, and not lost"
            : verdict.Ask && facts.Side != SideState.Alive ? "asks over a silent side"
            : verdict.Ask && facts.AnswerIsFresh ? "asks again"
            : verdict.StartConnectProbe && (facts.IsAcceptingEnd || facts.Probe != ConnectProbe.NotStarted || facts.Side == SideState.Alive) ? "a probe that can't be"
            : verdict.Suspect && vouched ? "suspect, though the kernel vouches"
            : verdict.Conditions.HasFlag(ConnectionConditions.SideDown) && facts.Side == SideState.Alive ? "down, but alive"
            : facts.PeerStalled != verdict.Conditions.HasFlag(ConnectionConditions.PeerNotConsuming) ? "stalled must be said"
            : verdict.Diagnosis != LossDiagnosis.Unknown ? "a diagnosis without a loss"
            : null;
    }

    private static IEnumerable<SideFacts> Everything() =>
        from side in Enum.GetValues<SideState>()
        from sideSilent in s_silences
        from witness in Enum.GetValues<WitnessState>()
        from failedFor in witness == WitnessState.Failed ? s_silences : [TimeSpan.Zero]
        from answer in Enum.GetValues<SideAnswer>()
        from closingFor in answer == SideAnswer.Closing ? (TimeSpan[])[TimeSpan.Zero, s_t - Tick, s_t] : [TimeSpan.Zero]
        from probe in Enum.GetValues<ConnectProbe>()
        from bits in Enumerable.Range(0, 64)
        from knocked in s_flags[(bits >> 4) & 1] && side == SideState.Silent ? s_knocks : [null]
        from bytesSilent in s_oneT
        from ungreeted in s_oneT
        from diagnosis in (LossDiagnosis[])[LossDiagnosis.Unknown, LossDiagnosis.PeerUnresponsive, LossDiagnosis.PeerHostOrPathDead]
        select new SideFacts
        {
            Side = side,
            SideSilentFor = sideSilent,
            SideDiagnosis = diagnosis,
            Witness = witness,
            WitnessFailedFor = failedFor,
            BytesSilentFor = bytesSilent,
            UngreetedFor = ungreeted,
            SinceKnock = knocked,
            Answer = answer,
            ClosingFor = closingFor,
            Probe = probe,
            WasConfirmed = s_flags[bits & 1],
            NewInstance = s_flags[(bits >> 1) & 1],
            AnswerIsFresh = s_flags[(bits >> 2) & 1],
            PeerStalled = s_flags[(bits >> 3) & 1],
            IsAcceptingEnd = s_flags[(bits >> 4) & 1],
            LocalNetworkIsDown = s_flags[(bits >> 5) & 1],
            DetectWithin = s_t,
            WitnessBound = s_bound,
        };
}
