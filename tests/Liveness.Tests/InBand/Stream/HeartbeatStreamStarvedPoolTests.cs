namespace Liveness.Tests.InBand;

/// <summary>The thread pool runs nothing for a while; the scheduler's thread does.</summary>
public sealed class HeartbeatStreamStarvedPoolTests
{
    [Fact]
    public void Beats_go_out_on_a_socket_although_the_pool_runs_nothing()
    {
        using StreamFixture fixture = new();
        HeartbeatStream client = new(new SocketLikeTransport(fixture.Link.Client), fixture.With(), endpointId: 5);
        Task started = client.StartAsync();
        Task serverStarted = fixture.Server.StartAsync();
        fixture.Result(started);
        fixture.Result(serverStarted);
        fixture.Advance(StreamFixture.T);
        long sentBefore = client.Monitor.GetSnapshot().BeatsSent!.Value;
        DateTimeOffset end = fixture.Clock.GetUtcNow() + (StreamFixture.T * 2);
        while (fixture.Clock.NextTimerDue is { } due && due < end && client.Monitor.Loss is null)
        {
            fixture.Clock.AdvanceTo(due);
        }

        (client.Monitor.GetSnapshot().BeatsSent!.Value - sentBefore).Should().BeGreaterThan(3, "one for each interval until the silence of the peer is judged");
    }
}
