using Liveness.NetworkTests.Peer;

namespace Liveness.NetworkTests.Scenarios;

public sealed class StarvedPoolTests(ITestOutputHelper output)
{
    private static readonly TimeSpan s_bound = Scenario.Defaults.DetectWithin;

    [NetworkFact]
    public Task Nobody_is_lost_over_a_socket_while_all_threads_of_the_pool_are_blocked() => StarveAsync(PeerTransport.Socket, s_bound);

    /// <summary>
    /// The peer is patient: over anything but a socket our beats need the pool, so an impatient one would be right to judge us lost.
    /// </summary>
    [NetworkFact]
    public Task Nobody_is_lost_over_TLS_while_all_threads_of_the_pool_are_blocked() => StarveAsync(PeerTransport.Tls, s_bound * 10);

    /// <inheritdoc cref="Nobody_is_lost_over_TLS_while_all_threads_of_the_pool_are_blocked"/>
    [NetworkFact]
    public Task Nobody_is_lost_over_a_pipe_while_all_threads_of_the_pool_are_blocked() => StarveAsync(PeerTransport.Pipe, s_bound * 10);

    private async Task StarveAsync(PeerTransport transport, TimeSpan patience)
    {
        PeerOptions options = Scenario.Defaults with { Transport = transport };
        await using Scenario scenario = await Scenario.StartAsync(output, $"pool blocked for 2 T, {transport}", options, options with { DetectWithin = patience });
        await scenario.PassAsync(TimeSpan.FromSeconds(1));
        await scenario.Client.SendAsync($"block {(s_bound * 2).TotalMilliseconds}");
        await scenario.PassAsync(s_bound * 3.5);
        ConnectionStatus client = (await scenario.Client.StatusAsync(scenario.Limit)).Single();
        ConnectionStatus server = (await scenario.Server.StatusAsync(scenario.Limit)).Single();
        scenario.Print($"client {client}");
        scenario.Print($"server {server}");
        client.State.Should().Be(LivenessState.Alive, scenario.Client.LossText);
        server.State.Should().Be(LivenessState.Alive, scenario.Server.LossText);
        client.ConditionsSeen.Should().HaveFlag(ConnectionConditions.WeAreBehind);
    }
}
