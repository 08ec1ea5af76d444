using Liveness.NetworkTests.Paths;

namespace Liveness.NetworkTests.Scenarios;

public sealed class LossyPathWordsTests(ITestOutputHelper output)
{
    private const int Connections = 48;

    [NetworkFact]
    public async Task At_thirty_percent_loss_each_way_few_are_lost_and_no_process_is_blamed()
    {
        PathTally tally = await LossyRun.RunAsync(Connections, TimeSpan.FromSeconds(3), 0.3, TimeSpan.FromSeconds(30));
        output.WriteLine($"RESULT 30 % loss each way, T = 3 s, 30 s: {tally}");
        tally.Lost.Should().BeLessThanOrEqualTo(Connections / 8);
        tally.Words.Keys.Should().NotContain(word => word.Contains(nameof(LossDiagnosis.PeerUnresponsive), StringComparison.Ordinal));
    }

    /// <summary>At sixty percent connections are lost whatever is done: what is tested is the word.</summary>
    [NetworkFact]
    public async Task A_path_that_loses_too_much_is_called_lossy()
    {
        PathTally tally = await LossyRun.RunAsync(Connections, TimeSpan.FromSeconds(3), 0.6, TimeSpan.FromSeconds(20));
        output.WriteLine($"RESULT 60 % loss each way, T = 3 s, 20 s: {tally}");
        tally.Lost.Should().BePositive();
        tally.Words.Keys.Should().NotContain(word => word.Contains(nameof(LossDiagnosis.PeerUnresponsive), StringComparison.Ordinal));
        tally.Words.Keys.Should().Contain(word => word.Contains(nameof(LossDiagnosis.PathLossy), StringComparison.Ordinal));
    }
}
