using System.Diagnostics;
using System.Globalization;
using Liveness.NetworkTests.Lab;
using Liveness.NetworkTests.Peer;
using Liveness.NetworkTests.PingPeer;

namespace Liveness.NetworkTests.Scenarios;

/// <summary>A real redis, watched by its own PING. T = 3 s, so a ping after 0.75 to 1 s of silence, and suspicion after 1.5 s.</summary>
public sealed class ProtocolHeartbeatRedisTests(ITestOutputHelper output)
{
    private static readonly PingPeerOptions s_options = new() { Address = NetworkLab.ServerAddress, Port = RedisServer.Port };

    [NetworkFact("redis-server", "redis-cli")]
    public async Task Idle_it_lives_at_a_ping_an_interval_and_a_cut_is_found_within_the_bound()
    {
        await using Scenario scenario = await PrepareAsync("cut");
        (PingPeerProcess client, _) = await ConnectAsync(scenario);
        await scenario.PassAsync(s_options.DetectWithin * 3);
        (ConnectionStatus status, int pings) = await client.StatusAsync(scenario.Limit);
        status.State.Should().Be(LivenessState.Alive);
        status.SuspectSeen.Should().BeFalse();
        pings.Should().BeInRange(8, 13, "one for each 0.75 to 1 s");
        status.BytesReceived.Should().Be(pings * "+PONG\r\n".Length);
        await client.TellAsync("probe", scenario.Limit);
        PeerEvent probed = (await client.WaitAsync(PeerEventKind.Received, 1, scenario.Limit))[0];
        scenario.Print($"idle for 9 s: {pings} pings, {status.BytesReceived} bytes received; a probe took {probed.Text} ms");

        long cut = await scenario.Lab.CutAsync();
        (await LossAsync(scenario, client, cut, "the cut")).ShouldBe(typeof(HeartbeatTimedOut), LossDiagnosis.PeerHostOrPathDead).ShouldComeWithin(s_options.DetectWithin);
    }

    [NetworkFact("redis-server", "redis-cli")]
    public async Task A_cut_is_found_although_the_application_sends_all_the_time()
    {
        await using Scenario scenario = await PrepareAsync("cut, while sending");
        (PingPeerProcess client, _) = await ConnectAsync(scenario);
        long cut = await scenario.Lab.CutAsync();
        while (!client.Events.Any(happened => happened.Kind == PeerEventKind.Lost))
        {
            await client.TellAsync("send SET key value", scenario.Limit);
            await scenario.PassAsync(TimeSpan.FromMilliseconds(100));
        }

        (await LossAsync(scenario, client, cut, "the cut")).ShouldBe(typeof(HeartbeatTimedOut), LossDiagnosis.PeerHostOrPathDead).ShouldComeWithin(s_options.DetectWithin);
    }

    [NetworkFact("redis-server", "redis-cli")]
    public async Task A_stopped_redis_is_found_although_its_kernel_acknowledges()
    {
        await using Scenario scenario = await PrepareAsync("redis stopped");
        (PingPeerProcess client, LabProcess redis) = await ConnectAsync(scenario);
        await scenario.PassAsync(TimeSpan.FromSeconds(1.3));
        long stopped = await redis.StopAsync();

        (await LossAsync(scenario, client, stopped, "the stop")).ShouldBe(typeof(HeartbeatTimedOut), LossDiagnosis.PeerUnresponsive).ShouldComeWithin(s_options.DetectWithin);
        await redis.ContinueAsync();
    }

    [NetworkFact("redis-server", "redis-cli")]
    public async Task A_redis_that_is_busy_for_less_than_the_bound_is_suspect_and_lives_and_for_longer_is_lost()
    {
        await using Scenario scenario = await PrepareAsync("CLIENT PAUSE");
        (PingPeerProcess client, _) = await ConnectAsync(scenario);
        await RedisServer.TellAsync(scenario.Lab, "client pause 1600 all");
        await client.WaitAsync(happened => happened is { Kind: PeerEventKind.Changed, Text: nameof(LivenessState.Suspect) }, 1, "suspect", scenario.Limit);
        await client.WaitAsync(happened => happened is { Kind: PeerEventKind.Changed, Text: nameof(LivenessState.Alive) }, 1, "alive again", scenario.Limit);
        await scenario.PassAsync(s_options.DetectWithin);
        (ConnectionStatus status, _) = await client.StatusAsync(scenario.Limit);
        status.State.Should().Be(LivenessState.Alive);

        await RedisServer.TellAsync(scenario.Lab, "client pause 30000 all");
        long paused = Stopwatch.GetTimestamp();
        (await LossAsync(scenario, client, paused, "CLIENT PAUSE")).ShouldBe(typeof(HeartbeatTimedOut), LossDiagnosis.PeerUnresponsive).ShouldComeWithin(s_options.DetectWithin);
    }

    [NetworkFact("redis-server", "redis-cli")]
    public async Task A_killed_redis_is_told_of_by_the_reader_at_once()
    {
        await using Scenario scenario = await PrepareAsync("redis killed");
        (PingPeerProcess client, LabProcess redis) = await ConnectAsync(scenario);
        await scenario.PassAsync(TimeSpan.FromSeconds(1));
        long killed = await redis.KillAsync();
        PeerEvent ended = (await client.WaitAsync(happened => happened is { Kind: PeerEventKind.Changed, Text: nameof(LivenessState.Closed) or nameof(LivenessState.Lost) }, 1, "the end", scenario.Limit))[0];
        TimeSpan after = Stopwatch.GetElapsedTime(killed, ended.At);
        after.Should().BeLessThan(TimeSpan.FromMilliseconds(200) + LossAssertions.Slack);
        scenario.Print(string.Create(CultureInfo.InvariantCulture, $"{ended.Text} {after.TotalSeconds:0.000} s after the kill"));
        ended.Text.Should().Be(nameof(LivenessState.Closed), "the kernel of a process that has read everything says FIN");
    }

    [NetworkFact("redis-server", "redis-cli")]
    public async Task A_reader_that_leaves_bytes_in_the_socket_is_our_own_fault()
    {
        await using Scenario scenario = await PrepareAsync("reader stuck");
        (PingPeerProcess client, _) = await ConnectAsync(scenario);
        await client.TellAsync("stop-reading", scenario.Limit);
        long stopped = Stopwatch.GetTimestamp();

        PeerEvent lost = await LossAsync(scenario, client, stopped, "the reader stopped");
        lost.ShouldBe(typeof(TransportFailed), LossDiagnosis.OurReaderStuck).ShouldNotComeBefore(stopped, s_options.DetectWithin * 1.9);
    }

    [NetworkFact("redis-server", "redis-cli")]
    public async Task Without_the_socket_a_cut_is_found_as_soon_and_what_it_means_stays_open()
    {
        await using Scenario scenario = await PrepareAsync("cut, no socket given");
        (PingPeerProcess client, _) = await ConnectAsync(scenario, s_options with { ShowsSocket = false });
        long cut = await scenario.Lab.CutAsync();

        PeerEvent lost = await LossAsync(scenario, client, cut, "the cut");
        lost.ShouldMean(LossDiagnosis.PeerHostOrPathDead).ShouldComeWithin(s_options.DetectWithin);
        lost.Loss!.Type.Should().Be(nameof(HeartbeatTimedOut));
        lost.Loss.Certainty.Should().Be(LossCertainty.Ambiguous);
    }

    private async Task<Scenario> PrepareAsync(string name)
    {
        Prerequisites.Demand("redis-server", "redis-cli");
        return await Scenario.PrepareAsync(output, $"redis PING: {name}");
    }

    private static async Task<(PingPeerProcess Client, LabProcess Redis)> ConnectAsync(Scenario scenario, PingPeerOptions? options = null)
    {
        PingPeerProcess client = null!;
        LabProcess redis = null!;
        await scenario.InTurnAsync(async () =>
        {
            redis = await RedisServer.StartAsync(scenario.Lab);
            client = await PingPeerProcess.StartAsync(scenario.Lab, scenario.Lab.Client, options ?? s_options, scenario.Limit);
            await client.TellAsync("connect", scenario.Limit);
        });
        return (client, redis);
    }

    private static async Task<PeerEvent> LossAsync(Scenario scenario, PingPeerProcess client, long since, string sinceWhat)
    {
        PeerEvent lost = (await client.WaitAsync(PeerEventKind.Lost, 1, scenario.Limit)).Should().ContainSingle("a loss is told once").Which;
        LossReport report = lost.Loss!;
        scenario.Print(string.Create(CultureInfo.InvariantCulture, $"{report.Type}, {report.Diagnosis} ({report.Certainty}), {Scenario.SinceLastByte(lost).TotalSeconds:0.000} s after the last byte, {Stopwatch.GetElapsedTime(since, lost.At).TotalSeconds:0.000} s after {sinceWhat}"));
        scenario.Print($"{report.Text} [{report.Kernel}]");
        return lost;
    }
}
