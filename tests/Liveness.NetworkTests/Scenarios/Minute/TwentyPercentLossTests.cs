namespace Liveness.NetworkTests.Scenarios.Minute;

public sealed class TwentyPercentLossTests(ITestOutputHelper output)
{
    [NetworkFact]
    public async Task No_connection_is_lost_at_twenty_percent_loss_each_way()
    {
        int lost = await LossyPath.RunAsync(output, 0.20, TimeSpan.FromSeconds(6), connections: 20, runs: 1);
        lost.Should().Be(0);
    }
}
