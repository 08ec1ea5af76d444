using Liveness.NetworkTests.Paths;
using Liveness.NetworkTests.Peer;

namespace Liveness.NetworkTests.Scenarios;

/// <summary>Two equal IPv6 paths, one cut silently: three of four connections use it in one direction at least.</summary>
public sealed class TwoPathsTests(ITestOutputHelper output)
{
    private const int Connections = 60;

    [NetworkFact]
    public async Task A_heartbeat_saves_connections_that_keepalive_loses()
    {
        PathTally keepAlive = await TwoPathRun.RunAsync(Connections, PeerMode.KeepAlive, TimeSpan.FromSeconds(5));
        PathTally heartbeat = await TwoPathRun.RunAsync(Connections, PeerMode.Heartbeat, TimeSpan.FromSeconds(3));
        output.WriteLine($"RESULT two equal IPv6 paths, one cut: keepalive 5 s: {keepAlive}; heartbeat 3 s: {heartbeat}");

        // How many is chance and load, 26 and 49 of 60 in two runs: the result is printed, and what must always hold is asserted.
        keepAlive.Lost.Should().BeGreaterThan(Connections / 4, "a keepalive probe stays on its path");
        heartbeat.Lost.Should().BeLessThan(keepAlive.Lost);
        heartbeat.PathChanges.Should().BePositive("connections have moved, and say so");
        heartbeat.Words.Keys.Should()
            .NotContain(word => word.Contains($"{nameof(LossDiagnosis.PeerUnresponsive)} ({nameof(LossCertainty.Likely)})", StringComparison.Ordinal));
    }
}
