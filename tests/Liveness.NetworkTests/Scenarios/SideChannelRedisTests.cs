using System.Globalization;
using System.Text;
using Liveness.NetworkTests.Lab;
using Liveness.NetworkTests.Peer;
using Liveness.NetworkTests.SidePeer;

namespace Liveness.NetworkTests.Scenarios;

/// <summary>A program that knows nothing of us, at the other end of a connection on which nothing of ours is sent.</summary>
public sealed class SideChannelRedisTests(ITestOutputHelper output)
{
    private const int Port = RedisServer.Port;
    private const int Requests = 4;
    private const string Request = "PING\r\n";
    private const string Reply = "+PONG\r\n";

    /// <summary>Keepalive asks when it has been idle for a second.</summary>
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(2.5);

    [NetworkFact("redis-server", "redis-cli", "tcpdump")]
    public async Task Redis_is_watched_without_a_byte_and_its_cut_is_told()
    {
        Prerequisites.Demand("redis-server", "redis-cli", "tcpdump");
        await using SideChannelScenario scenario = await SideChannelScenario.PrepareAsync(output, "redis-server");
        await RedisServer.StartAsync(scenario.Lab);
        Capture capture = await Capture.StartAsync(scenario.Lab, Port, scenario.Limit);

        SidePeerOptions watching = SideChannelScenario.Defaults with { Ports = [Port], Request = Request };
        await scenario.ConnectAsync(watching, server: watching with { Ports = [] });
        SidePeerProcess plain = await SidePeerProcess.StartAsync(scenario.Lab, scenario.Lab.Client, watching with { SidePort = 0 }, scenario.Limit);
        await plain.TellAsync("connect", scenario.Limit);
        for (int i = 1; i <= Requests; i++)
        {
            foreach (SidePeerProcess client in new[] { scenario.Client, plain })
            {
                await client.TellAsync("request", scenario.Limit);
                (await client.WaitAsync(PeerEventKind.Received, i, scenario.Limit)).Should().AllSatisfy(received => received.Text.Should().Be(Reply));
            }

            await scenario.Scenario.PassAsync(s_idle);
        }

        (await scenario.Client.ConditionsAsync(scenario.Limit)).Should().Equal(ConnectionConditions.Unvouched);
        Segment[] segments = await capture.ReadAsync();
        ShouldBeUntouched(scenario, Of(segments, scenario.Client), Of(segments, plain));

        long cut = await scenario.Lab.CutAsync();
        PeerEvent lost = (await scenario.LossesAsync(scenario.Client, 1, cut, "the cut"))[0];
        lost.ShouldBe(typeof(SideConnectionSilent), LossDiagnosis.PeerHostOrPathDead).ShouldComeSoonAfter(cut, SideChannelScenario.Bound);
        plain.Events.Should().NotContain(happened => happened.Kind == PeerEventKind.Failed || happened.Kind == PeerEventKind.End, "nothing tells it");
    }

    private static void ShouldBeUntouched(SideChannelScenario scenario, Segment[] watched, Segment[] plain)
    {
        string[] expected = [.. Enumerable.Repeat(new[] { $"> {Hex(Request)}", $"< {Hex(Reply)}" }, Requests).SelectMany(exchange => exchange)];
        Payloads(plain).Should().Equal(expected);
        Payloads(watched).Should().Equal(expected);
        watched.Length.Should().BeGreaterThan(plain.Length, "keepalive asks, without a byte");
        scenario.Print($"payload without us: {string.Join(' ', Payloads(plain))}");
        scenario.Print($"payload watched:    {string.Join(' ', Payloads(watched))}");
        scenario.Print($"the same {Payloads(watched).Sum(payload => (payload.Length - 2) / 2)} bytes in the same {expected.Length} segments; segments without payload: {plain.Length - expected.Length} without us, {watched.Length - expected.Length} watched");
    }

    private static string[] Payloads(Segment[] segments) =>
        [.. segments.Where(segment => segment.Payload.Length > 0).Select(segment => $"{(segment.ToPort == Port ? '>' : '<')} {segment.Payload}")];

    private static Segment[] Of(Segment[] segments, SidePeerProcess client)
    {
        int port = int.Parse(client.Events.First(happened => happened.Kind == PeerEventKind.Opened).Text!, CultureInfo.InvariantCulture);
        return [.. segments.Where(segment => segment.FromPort == port || segment.ToPort == port)];
    }

    private static string Hex(string text) => Convert.ToHexString(Encoding.ASCII.GetBytes(text));
}
