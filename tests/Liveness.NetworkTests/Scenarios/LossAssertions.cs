using System.Diagnostics;
using Liveness.NetworkTests.Peer;

namespace Liveness.NetworkTests.Scenarios;

/// <summary>What every scenario asks of a loss: its type, its diagnosis and its time.</summary>
internal static class LossAssertions
{
    /// <summary>
    /// Two cores, many processes: this much may pass between the verdict and the line that says so. Measured values are printed.
    /// </summary>
    public static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(250);

    public static PeerEvent ShouldBe(this PeerEvent lost, Type type, LossDiagnosis diagnosis)
    {
        lost.Loss!.Type.Should().Be(type.Name, lost.Loss.Text);
        return lost.ShouldMean(diagnosis).ShouldBeSure();
    }

    public static PeerEvent ShouldBeOneOf(this PeerEvent lost, params Type[] types)
    {
        types.Select(type => type.Name).Should().Contain(lost.Loss!.Type, lost.Loss.Text);
        return lost;
    }

    public static PeerEvent ShouldMean(this PeerEvent lost, params LossDiagnosis[] diagnoses)
    {
        diagnoses.Should().Contain(lost.Loss!.Diagnosis, "{0} [{1}]", lost.Loss.Text, lost.Loss.Kernel);
        return lost;
    }

    /// <summary>Between two kernels, with nothing between them that answers in their place, the evidence points to one cause.</summary>
    public static PeerEvent ShouldBeSure(this PeerEvent lost)
    {
        lost.Loss!.Certainty.Should().NotBe(LossCertainty.Ambiguous, "{0} [{1}]", lost.Loss.Text, lost.Loss.Kernel);
        return lost;
    }

    /// <summary>
    /// The promise: within T of the last byte received, and not much sooner. Our own pauses are added, as the loss itself names them.
    /// </summary>
    public static PeerEvent ShouldComeWithin(this PeerEvent lost, TimeSpan detectWithin)
    {
        TimeSpan measured = Scenario.SinceLastByte(lost);
        measured.Should().BeGreaterThan(detectWithin * 0.7).And.BeLessThanOrEqualTo(detectWithin + Slack + lost.Loss!.OwnPauses);
        lost.Loss.Silence.Should().BeGreaterThan(detectWithin * 0.7).And.BeLessThanOrEqualTo(detectWithin + Slack);
        return lost;
    }

    public static PeerEvent ShouldComeSoonAfter(this PeerEvent lost, long since, TimeSpan atMost)
    {
        Stopwatch.GetElapsedTime(since, lost.At).Should().BeLessThanOrEqualTo(atMost + Slack + lost.Loss!.OwnPauses);
        return lost;
    }

    public static PeerEvent ShouldNotComeBefore(this PeerEvent lost, long since, TimeSpan atLeast)
    {
        Stopwatch.GetElapsedTime(since, lost.At).Should().BeGreaterThanOrEqualTo(atLeast, lost.Loss!.Text);
        return lost;
    }
}
