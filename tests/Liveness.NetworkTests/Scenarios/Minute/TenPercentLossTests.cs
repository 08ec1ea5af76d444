namespace Liveness.NetworkTests.Scenarios.Minute;

public sealed class TenPercentLossTests(ITestOutputHelper output)
{
    [NetworkFact]
    public async Task No_connection_is_lost_at_ten_percent_loss_each_way()
    {
        int lost = await LossyPath.RunAsync(output, 0.10, TimeSpan.FromSeconds(3), connections: 20, runs: 1);
        lost.Should().Be(0);
    }
}
