using CableLab;
using PullTheCable;

namespace Liveness.Tests.Samples;

/// <summary>The judge of samples/PullTheCable --real.</summary>
public sealed class PullTheCableOutcomeTests
{
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_detected = TimeSpan.FromSeconds(2.9);

    [Theory]
    [InlineData(LossDiagnosis.PeerHostOrPathDead, LossCertainty.Likely, null)]
    [InlineData(LossDiagnosis.PeerHostOrPathDead, LossCertainty.Proven, null)]
    [InlineData(LossDiagnosis.PeerHostOrPathDead, LossCertainty.Ambiguous, "the client should have taken it for PeerHostOrPathDead, but the diagnosis was PeerHostOrPathDead, Ambiguous")]
    [InlineData(LossDiagnosis.LocalNetworkDown, LossCertainty.Likely, "the client should have taken it for PeerHostOrPathDead, but the diagnosis was LocalNetworkDown, Likely")]
    public void A_real_cut_must_be_known_for_what_it_is(LossDiagnosis diagnosis, LossCertainty certainty, string? complaint)
    {
        Outcome outcome = Cut(Fault.AllReal[0], diagnosis, certainty);

        outcome.Complaints().Should().Equal(complaint is null ? [] : [complaint]);
    }

    [Fact]
    public void Through_a_relay_nobody_can_know_so_nobody_must()
    {
        Cut(Fault.All[0], LossDiagnosis.PeerHostOrPathDead, LossCertainty.Ambiguous).Complaints().Should().BeEmpty();
    }

    [Fact]
    public void The_kernels_newest_word_on_the_last_byte_counts_and_an_unknown_one_does_not_undo_it()
    {
        EndEvent suspect = EndEvent.Now(EndEventKind.Suspect, "") with { LastByteAt = 5 };
        EndEvent lost = EndEvent.Now(EndEventKind.Lost, "", "HeartbeatTimedOut");

        EndOutcome outcome = new EndOutcome().After(suspect).After(suspect with { LastByteAt = 6 }).After(lost);

        outcome.LastByteAt.Should().Be(6);
        outcome.After(lost with { LastByteAt = 7 }).LastByteAt.Should().Be(7);
    }

    [Fact]
    public void What_the_server_tells_survives_the_way_to_its_parent()
    {
        EndEvent told = EndEvent.Now(EndEventKind.Lost, "text", "HeartbeatTimedOut") with
        {
            LastByteAt = 5,
            Diagnosis = LossDiagnosis.PathDeadOutbound,
            Certainty = LossCertainty.Likely,
        };

        EndEvent.FromLine(told.ToLine()).Should().Be(told);
    }

    private static Outcome Cut(Fault fault, LossDiagnosis diagnosis, LossCertainty certainty)
    {
        EndEvent lost = EndEvent.Now(EndEventKind.Lost, "", "HeartbeatTimedOut") with { Certainty = LossCertainty.Likely };
        EndOutcome client = new EndOutcome().After(lost with { Diagnosis = diagnosis, Certainty = certainty });
        EndOutcome server = new EndOutcome().After(lost with { Diagnosis = LossDiagnosis.PeerHostOrPathDead });
        return new Outcome(fault, s_bound, client, s_detected, server, s_detected);
    }
}
