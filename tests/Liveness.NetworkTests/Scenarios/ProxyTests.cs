using Liveness.NetworkTests.Lab;
using Liveness.NetworkTests.Peer;

namespace Liveness.NetworkTests.Scenarios;

public sealed class ProxyTests(ITestOutputHelper output)
{
    private const int PlainPort = Scenario.Port + 1;

    /// <summary>The shortest that keepalive can do.</summary>
    private static readonly TimeSpan s_keepAlive = TimeSpan.FromSeconds(5);

    [NetworkFact("haproxy")]
    public async Task A_heartbeat_sees_through_a_proxy_and_keepalive_does_not()
    {
        Prerequisites.Demand("haproxy");
        await using Scenario scenario = await Scenario.PrepareAsync(output, "haproxy, far side cut");
        string configuration = Path.GetTempFileName();
        await File.WriteAllTextAsync(configuration, $"""
            defaults
              mode tcp
              timeout connect 5s
              timeout client 1h
              timeout server 1h
            listen heartbeat
              bind {NetworkLab.RouterNearAddress}:{Scenario.Port}
              server s {NetworkLab.ServerAddress}:{Scenario.Port}
            listen plain
              bind {NetworkLab.RouterNearAddress}:{PlainPort}
              server s {NetworkLab.ServerAddress}:{PlainPort}

            """, scenario.Limit);
        try
        {
            LabProcess.Start(scenario.Lab, scenario.Lab.Router, "haproxy", "-db", "-f", configuration);
            PeerOptions plain = new() { Address = NetworkLab.RouterNearAddress, Port = PlainPort, Mode = PeerMode.KeepAliveAndUserTimeout, DetectWithin = s_keepAlive };
            await PeerProcess.StartAsync(scenario.Lab, scenario.Lab.Server, plain with { Role = PeerRole.Server, Address = NetworkLab.ServerAddress, Mode = PeerMode.Plain }, scenario.Limit);
            PeerProcess keepAlive = await PeerProcess.StartAsync(scenario.Lab, scenario.Lab.Client, plain, scenario.Limit);
            await scenario.ConnectAsync(Scenario.Defaults with { Address = NetworkLab.RouterNearAddress });
            await keepAlive.TellAsync("connect", scenario.Limit);
            await keepAlive.WaitAsync(PeerEventKind.Opened, 1, scenario.Limit);
            await scenario.PassAsync(TimeSpan.FromSeconds(1));

            long cut = await scenario.Lab.CutRouterFromServerAsync();
            PeerEvent client = await scenario.LossAsync(scenario.Client, cut, "the cut");
            PeerEvent server = await scenario.LossAsync(scenario.Server, cut, "the cut");
            client.ShouldBeOneOf(typeof(HeartbeatTimedOut)).ShouldMean(LossDiagnosis.PeerUnresponsive).ShouldComeWithin(Scenario.Defaults.DetectWithin);
            server.ShouldBeOneOf(typeof(HeartbeatTimedOut)).ShouldMean(LossDiagnosis.PeerHostOrPathDead).ShouldComeWithin(Scenario.Defaults.DetectWithin);

            await scenario.PassAsync(s_keepAlive * 2);
            keepAlive.Events.Should().NotContain(happened => happened.Kind == PeerEventKind.Failed || happened.Kind == PeerEventKind.End);
            scenario.Print("keepalive on the near side says alive, 2 T after");
        }
        finally
        {
            File.Delete(configuration);
        }
    }
}
