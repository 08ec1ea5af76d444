namespace Liveness.Tests.InBand;

public sealed class HeartbeatStreamCloseTests
{
    [Fact]
    public void Dispose_ends_although_the_answer_to_the_goodbye_of_the_peer_could_not_be_written()
    {
        using StreamFixture fixture = new();
        BlockingStream inner = new(fixture.Link.Client);
        HeartbeatStream client = new(inner, fixture.With());
        Task started = client.StartAsync();
        Task serverStarted = fixture.Server.StartAsync();
        fixture.Run();
        fixture.Result(started);
        fixture.Result(serverStarted);

        inner.WritesFail = new IOException("broken pipe");
        Task peer = fixture.Server.DisposeAsync().AsTask();
        fixture.Run();
        Task closing = client.DisposeAsync().AsTask();

        fixture.AdvanceUntil(closing, TimeSpan.FromSeconds(10));
        fixture.AdvanceUntil(peer, TimeSpan.FromSeconds(10));
        client.Monitor.State.Should().Be(ConnectionState.Closed);
    }

    [Fact]
    public void Dispose_ends_although_the_hello_cannot_be_written()
    {
        using StreamFixture fixture = new();
        BlockingStream inner = new(fixture.Link.Client) { WritesNeverEnd = true };
        HeartbeatStream client = new(inner, fixture.With());
        Task started = client.StartAsync();
        fixture.Run();

        Task closing = client.DisposeAsync().AsTask();

        fixture.AdvanceUntil(closing, TimeSpan.FromSeconds(10));
        fixture.Failure(started).Should().BeOfType<ObjectDisposedException>();
    }

    [Fact]
    public void Dispose_ends_although_the_last_frame_never_leaves()
    {
        using StreamFixture fixture = new();
        BlockingStream inner = new(fixture.Link.Client);
        HeartbeatStream client = new(inner, fixture.With());
        Task started = client.StartAsync();
        Task serverStarted = fixture.Server.StartAsync();
        fixture.Result(started);
        fixture.Result(serverStarted);

        inner.FlushesNeverEnd = true;
        Task peer = fixture.Server.DisposeAsync().AsTask();
        fixture.Run();
        Task closing = client.DisposeAsync().AsTask();

        fixture.AdvanceUntil(closing, TimeSpan.FromSeconds(10));
        fixture.AdvanceUntil(peer, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void A_peer_that_beats_once_an_hour_delays_no_close_that_has_nothing_left_to_confirm()
    {
        using StreamFixture fixture = StreamFixture.Opened(server: new HeartbeatOptions { MinTransmitInterval = TimeSpan.FromHours(1) });
        fixture.Link.Cut();

        Task closing = fixture.Client.DisposeAsync().AsTask();

        fixture.AdvanceUntil(closing, TimeSpan.FromSeconds(10)).Should().BeCloseTo(StreamFixture.T, TimeSpan.FromMilliseconds(250));
    }
}
