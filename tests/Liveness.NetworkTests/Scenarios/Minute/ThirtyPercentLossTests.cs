namespace Liveness.NetworkTests.Scenarios.Minute;

public sealed class ThirtyPercentLossTests(ITestOutputHelper output)
{
    [NetworkFact]
    public async Task At_thirty_percent_loss_each_way_at_most_three_of_a_hundred_connections_are_lost()
    {
        int lost = await LossyPath.RunAsync(output, 0.30, TimeSpan.FromSeconds(6), connections: 20, runs: 5);
        lost.Should().BeLessThanOrEqualTo(3);
    }
}
