namespace Liveness.Tests.Simulation;

/// <summary>
/// Who is blamed when a process has slept, and the two ends allow different silences: the peer's bound decides, not our own.
/// </summary>
public sealed class OwnPauseOutcomeTests
{
    /// <summary>Our T, the peer's T, how long we sleep; seconds.</summary>
    public static TheoryData<double, double, double> Sleeps => new()
    {
        { 3, 1, 1.1 }, { 3, 1, 1.5 }, { 3, 1, 2 }, { 3, 1, 2.2 },
        { 10, 1, 1.2 }, { 10, 1, 5 }, { 10, 3, 3.3 }, { 10, 3, 6 },
        { 30, 1, 1.5 }, { 30, 3, 4 }, { 30, 3, 20 }, { 60, 10.5, 15 },
        { 1, 3, 3.5 }, { 1, 3, 9 }, { 3, 10.5, 11.5 }, { 3, 10.5, 30 },
        { 0.5, 2, 2.5 }, { 2, 0.5, 0.6 }, { 2, 0.5, 1.4 }, { 20, 0.3, 0.4 },
        { 3, 3, 3.3 }, { 1, 1, 2 }, { 30, 30, 33 }, { 60, 2, 2.4 },
    };

    [Theory]
    [MemberData(nameof(Sleeps))]
    public void A_peer_that_gave_us_up_while_we_slept_is_not_blamed(double ours, double peers, double sleep)
    {
        ConnectionLoss loss = Lose(EndProfile.With(ours), EndProfile.With(peers), connection => connection.Pause(connection.A, 50, sleep));

        loss.Should().BeOfType<PeerGaveUp>();
        (loss.Diagnosis, loss.Certainty).Should().Be((LossDiagnosis.WePaused, LossCertainty.Likely), loss.ToString());
        ShouldKnowTheBoundOfThePeer(loss, peers);
    }

    [Theory]
    [InlineData(3, 6, 6.5)]
    [InlineData(20, 8, 8.5)]
    [InlineData(1, 9.5, 9.8)]
    public void Where_the_peers_bound_can_not_be_told_it_is_ambiguous(double ours, double peers, double sleep)
    {
        ConnectionLoss loss = Lose(EndProfile.With(ours), EndProfile.With(peers), connection => connection.Pause(connection.A, 50, sleep));

        loss.Diagnosis.Should().Be(LossDiagnosis.WePaused, loss.ToString());
        loss.Evidence.PeerBoundAtMost.Should().BeGreaterThan(loss.Evidence.PeerBoundAtLeast!.Value);
        loss.Certainty.Should().Be(loss.Evidence.LongestOwnPause >= loss.Evidence.PeerBoundAtMost * 0.75 ? LossCertainty.Likely : LossCertainty.Ambiguous);
    }

    private static void ShouldKnowTheBoundOfThePeer(ConnectionLoss loss, double seconds)
    {
        loss.Evidence.PeerBoundAtLeast!.Value.TotalSeconds.Should().BeApproximately(seconds, 0.05);
        loss.Evidence.PeerBoundAtMost.Should().Be(loss.Evidence.PeerBoundAtLeast);
    }

    private static ConnectionLoss Lose(EndProfile a, EndProfile b, Action<SimulatedConnection> fault)
    {
        SimulatedConnection connection = new(a, b);
        fault(connection);
        connection.Run(200);
        return LossFactory.Create(connection.A.Session.Loss!, DateTimeOffset.UnixEpoch);
    }
}
