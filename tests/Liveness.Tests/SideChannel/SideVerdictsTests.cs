using Liveness.SideChannel;

namespace Liveness.Tests;

/// <summary>The table of verdicts, row by row.</summary>
public sealed class SideVerdictsTests
{
    private static readonly TimeSpan s_t = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_bound = new WitnessPlan(s_t).Bound;

    private static SideFacts Alive => new()
    {
        Side = SideState.Alive,
        Witness = WitnessState.Fresh,
        Answer = SideAnswer.Watched,
        WasConfirmed = true,
        AnswerIsFresh = true,
        BytesSilentFor = TimeSpan.FromHours(1),
        DetectWithin = s_t,
        WitnessBound = s_bound,
    };

    [Theory]
    [InlineData(SideAnswer.Watched, ConnectionConditions.None)]
    [InlineData(SideAnswer.NotYours, ConnectionConditions.Unvouched)]
    [InlineData(SideAnswer.NotMyAddress, ConnectionConditions.Unvouched)]
    [InlineData(SideAnswer.None, ConnectionConditions.Unvouched)]
    internal void Alive_with_a_fresh_witness_or_none_is_alive(SideAnswer answer, ConnectionConditions conditions)
    {
        Judge(Alive with { Answer = answer }).Should().Be(new SideVerdict { Conditions = conditions });
        Judge(Alive with { Answer = answer, Witness = WitnessState.None }).Should().Be(new SideVerdict { Conditions = conditions });
    }

    [Theory]
    [InlineData(true, false, LossDiagnosis.PeerForgot)]
    [InlineData(true, true, LossDiagnosis.PeerRestarted)]
    [InlineData(false, false, null)]
    public void Gone_is_a_loss_only_of_what_was_once_confirmed(bool confirmed, bool newInstance, LossDiagnosis? diagnosis)
    {
        SideVerdict verdict = Judge(Alive with { Answer = SideAnswer.Gone, WasConfirmed = confirmed, NewInstance = newInstance });

        verdict.Loss.Should().Be(diagnosis is null ? null : LossKind.PeerDenied);
        verdict.Diagnosis.Should().Be(diagnosis ?? default);
        verdict.Conditions.Should().Be(ConnectionConditions.Unvouched);
    }

    [Fact]
    public void A_process_that_closes_in_good_order_has_one_T_for_its_FIN_to_arrive_and_a_new_one_has_none()
    {
        SideFacts closing = Alive with { Answer = SideAnswer.Closing };

        Judge(closing with { ClosingFor = Almost(s_t) }).Loss.Should().BeNull();
        Judge(closing with { ClosingFor = s_t }).Should().Match<SideVerdict>(v => v.Loss == LossKind.PeerDenied && v.Diagnosis == LossDiagnosis.PeerForgot && v.Certainty == LossCertainty.Likely);
        Judge(closing with { NewInstance = true }).Should().Match<SideVerdict>(v => v.Loss == LossKind.PeerDenied && v.Diagnosis == LossDiagnosis.PeerRestarted);
        Judge(closing with { ClosingFor = s_t, WasConfirmed = false }).Loss.Should().BeNull();
    }

    [Fact]
    public void Alive_with_a_failed_witness_asks_and_is_lost_at_the_witness_bound_whatever_the_answer()
    {
        SideFacts failed = Alive with { Witness = WitnessState.Failed, WitnessFailedFor = Almost(s_bound), AnswerIsFresh = false };

        Judge(failed).Should().Be(new SideVerdict { Suspect = true, Ask = true });
        Judge(failed with { AnswerIsFresh = true }).Should().Be(new SideVerdict { Suspect = true });
        foreach (SideAnswer answer in (SideAnswer[])[SideAnswer.None, SideAnswer.Watched, SideAnswer.NotYours, SideAnswer.NotMyAddress])
        {
            Judge(failed with { Answer = answer, WitnessFailedFor = s_bound }).Should()
                .Match<SideVerdict>(v => v.Loss == LossKind.KeepAliveTimedOut && v.Diagnosis == LossDiagnosis.PathDeadOutbound && v.Certainty == LossCertainty.Ambiguous);
        }

        foreach (LossDiagnosis direction in (LossDiagnosis[])[LossDiagnosis.PathDeadInbound, LossDiagnosis.PathDeadOutbound])
        {
            Judge(failed with { WitnessFailedFor = s_bound, DeadDirection = direction }).Should()
                .Match<SideVerdict>(v => v.Diagnosis == direction && v.Certainty == LossCertainty.Likely, "the counts of both ends tell");
        }

        Judge(failed with { WitnessFailedFor = s_bound, LocalNetworkIsDown = true }).Diagnosis.Should().Be(LossDiagnosis.LocalNetworkDown);
    }

    [Fact]
    public void A_new_instance_alone_is_no_loss_but_a_reason_to_ask()
    {
        Judge(Alive with { Answer = SideAnswer.None, NewInstance = true, AnswerIsFresh = false })
            .Should().Be(new SideVerdict { Ask = true, Conditions = ConnectionConditions.Unvouched });
    }

    [Fact]
    public void A_silent_side_with_a_fresh_witness_is_down_and_no_loss_however_long()
    {
        SideFacts silent = Alive with { Side = SideState.Silent };

        Judge(silent with { SideSilentFor = Almost(s_t) }).Should().Be(default(SideVerdict), "it has until T");
        Judge(silent with { SideSilentFor = TimeSpan.FromDays(1), SideDiagnosis = LossDiagnosis.PeerHostOrPathDead })
            .Should().Be(new SideVerdict { Conditions = ConnectionConditions.SideDown | ConnectionConditions.Unvouched });
    }

    [Fact]
    public void Two_silences_that_began_together_are_told_by_the_clock_of_the_side_connection()
    {
        SideFacts silent = Alive with { Side = SideState.Silent, Witness = WitnessState.Failed };

        Judge(silent with { SideSilentFor = Almost(s_t), WitnessFailedFor = s_t + Seconds(2) }).Should().Be(new SideVerdict { Suspect = true });
        foreach (double behind in (double[])[-1.25, 0, 3.3])
        {
            Judge(silent with { SideSilentFor = s_t, WitnessFailedFor = s_t + Seconds(behind) })
                .Should().Match<SideVerdict>(v => v.Loss == LossKind.SideConnectionSilent && v.Diagnosis == LossDiagnosis.PeerHostOrPathDead && v.Certainty == LossCertainty.Likely);
        }
    }

    [Fact]
    public void A_side_that_has_long_been_down_does_not_shorten_what_the_witness_alone_must_prove()
    {
        SideFacts down = Alive with { Side = SideState.Silent, SideSilentFor = TimeSpan.FromHours(1), Witness = WitnessState.Failed };

        Judge(down with { WitnessFailedFor = Almost(s_bound) }).Loss.Should().BeNull();
        Judge(down with { WitnessFailedFor = s_bound }).Loss.Should().Be(LossKind.SideConnectionSilent);
        Judge(down with { SideSilentFor = s_t, WitnessFailedFor = s_t - Seconds(1.26) }).Loss.Should().BeNull("one cause would have stopped both earlier");
        Judge(down with { SideSilentFor = Seconds(5), WitnessFailedFor = s_bound }).Loss.Should().Be(LossKind.KeepAliveTimedOut, "the data path died long before");
    }

    [Fact]
    public void Without_a_witness_connect_probes_decide_at_T()
    {
        SideFacts silent = Alive with { Side = SideState.Silent, Witness = WitnessState.None, SideSilentFor = Almost(s_t) };

        Judge(silent).Should().Be(new SideVerdict { Suspect = true, StartConnectProbe = true });
        Judge(silent with { Probe = ConnectProbe.Unanswered }).Should().Be(new SideVerdict { Suspect = true });
        Judge(silent with { SideSilentFor = s_t, Probe = ConnectProbe.Unanswered }).Should()
            .Match<SideVerdict>(v => v.Loss == LossKind.SideConnectionSilent && v.Diagnosis == LossDiagnosis.PeerHostOrPathDead && v.Certainty == LossCertainty.Ambiguous);
        Judge(silent with { SideSilentFor = TimeSpan.FromDays(1), Probe = ConnectProbe.Answered })
            .Should().Be(new SideVerdict { Conditions = ConnectionConditions.SideDown | ConnectionConditions.Unvouched });
        Judge(silent with { SideSilentFor = TimeSpan.FromDays(1), Probe = ConnectProbe.Running }).Loss.Should().BeNull("the witness may have fallen silent just now; it ends within T");
    }

    [Fact]
    public void The_accepting_end_starts_no_probe_and_waits_one_more_T_for_a_rebuild()
    {
        SideFacts silent = Alive with { Side = SideState.Silent, Witness = WitnessState.None, IsAcceptingEnd = true };

        Judge(silent with { SideSilentFor = Almost(2 * s_t) }).Should()
            .Be(new SideVerdict { Suspect = true, Conditions = ConnectionConditions.SideDown | ConnectionConditions.Unvouched });
        Judge(silent with { SideSilentFor = 2 * s_t }).Should().Match<SideVerdict>(v => v.Loss == LossKind.SideConnectionSilent && v.Certainty == LossCertainty.Ambiguous);
        Judge(silent with { SideSilentFor = 9 * s_t, SinceKnock = Almost(TimeSpan.FromMinutes(1)) }).Loss.Should().BeNull("whoever tries to rebuild lives, and may pause for half a minute");
        Judge(silent with { SideSilentFor = 9 * s_t, SinceKnock = TimeSpan.FromMinutes(1) }).Loss.Should().Be(LossKind.SideConnectionSilent, "it has stopped trying");
    }

    [Fact]
    public void A_side_connection_that_never_was_proves_nothing_but_the_witness_does()
    {
        SideFacts never = Alive with { Side = SideState.Never, SideSilentFor = TimeSpan.FromDays(1), Answer = SideAnswer.None, WasConfirmed = false };

        Judge(never).Loss.Should().BeNull();
        Judge(never with { Witness = WitnessState.None, IsAcceptingEnd = true }).Loss.Should().BeNull();
        Judge(never with { Witness = WitnessState.None, Probe = ConnectProbe.Unanswered, SideSilentFor = Almost(2 * s_t) }).Loss.Should().BeNull();
        Judge(never with { Witness = WitnessState.None, Probe = ConnectProbe.Unanswered }).Certainty.Should().Be(LossCertainty.Ambiguous);
        Judge(never with { Witness = WitnessState.Failed, WitnessFailedFor = Almost(s_bound) }).Loss.Should().BeNull();
        Judge(never with { Witness = WitnessState.Failed, WitnessFailedFor = s_bound }).Should()
            .Match<SideVerdict>(v => v.Loss == LossKind.KeepAliveTimedOut && v.Diagnosis == LossDiagnosis.PeerHostOrPathDead);
    }

    [Fact]
    public void A_stopped_process_with_a_lively_kernel_is_lost_after_one_T_without_a_rebuild()
    {
        SideFacts frozen = Alive with { Side = SideState.Silent, SideDiagnosis = LossDiagnosis.PeerUnresponsive, SideSilentFor = 2 * s_t, UngreetedFor = s_t };

        Judge(frozen).Should().Match<SideVerdict>(v => v.Loss == LossKind.SideConnectionSilent && v.Diagnosis == LossDiagnosis.PeerUnresponsive && v.Certainty == LossCertainty.Likely);
        Judge(frozen with { PeerStalled = true }).Loss.Should().Be(LossKind.SideConnectionSilent, "it does not read either");
        Judge(frozen with { IsAcceptingEnd = true, UngreetedFor = TimeSpan.Zero }).Should().Match<SideVerdict>(v => v.Diagnosis == LossDiagnosis.PeerUnresponsive && v.Certainty == LossCertainty.Ambiguous);
        Judge(frozen with { IsAcceptingEnd = true, SinceKnock = Almost(TimeSpan.FromMinutes(1)) }).Loss.Should().BeNull("a stopped process opens no connections");
        Judge(frozen with { IsAcceptingEnd = true, SinceKnock = TimeSpan.FromMinutes(1) }).Loss.Should().Be(LossKind.SideConnectionSilent, "it may have been somebody else behind that address");
        Judge(frozen with { SideSilentFor = Almost(2 * s_t) }).Loss.Should().BeNull();
        Judge(frozen with { BytesSilentFor = Almost(s_t) }).Loss.Should().BeNull("a stopped process sends nothing");
        Judge(frozen with { WasConfirmed = false }).Loss.Should().BeNull("another process may own it");
        Judge(frozen with { SideDiagnosis = LossDiagnosis.PeerHostOrPathDead }).Loss.Should().BeNull("the side alone was cut");
        Judge(frozen with { UngreetedFor = Almost(s_t) }).Loss.Should().BeNull("it may be the side's path that is cut by now");
    }

    [Fact]
    public void A_peer_that_does_not_read_is_stalled_and_not_lost()
    {
        SideFacts stalled = Alive with { PeerStalled = true, Witness = WitnessState.Failed, WitnessFailedFor = TimeSpan.FromHours(1) };

        Judge(stalled).Should().Be(new SideVerdict { Conditions = ConnectionConditions.PeerNotConsuming });
        Judge(stalled with { Side = SideState.Silent, SideSilentFor = TimeSpan.FromHours(1) }).Loss.Should().BeNull();
    }

    private static SideVerdict Judge(SideFacts facts) => SideVerdicts.Judge(facts);

    private static TimeSpan Almost(TimeSpan time) => time - TimeSpan.FromTicks(1);

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
