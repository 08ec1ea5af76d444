namespace Liveness.Tests.InBand;

public sealed class HeartbeatStreamStartTests
{
    [Fact]
    public void Nothing_moves_before_the_first_operation()
    {
        using StreamFixture fixture = new();
        fixture.Advance(TimeSpan.FromMinutes(5));
        fixture.Link.TrafficToServer.BytesSent.Should().Be(0);
        fixture.Client.Monitor.State.Should().Be(LivenessState.Connecting);
    }

    [Fact]
    public void The_first_read_or_write_starts_the_handshake_and_its_time()
    {
        using StreamFixture fixture = new();
        Task<int> read = fixture.Client.ReadAsync(new byte[4]).AsTask();
        fixture.Advance(HeartbeatDefaults.HandshakeTimeout - TimeSpan.FromSeconds(1));
        fixture.Result(fixture.Server.WriteAsync(new byte[4]));
        fixture.Result(read).Should().Be(4);
        fixture.Advance(TimeSpan.FromMinutes(1));
        fixture.Client.Monitor.State.Should().Be(LivenessState.Alive);
    }

    [Fact]
    public void Two_ends_that_agree_are_told_of_no_longer_bound()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        fixture.Advance(StreamFixture.T);
        fixture.Logger.Entries.Should().BeEmpty();
    }

    [Fact]
    public void A_bound_that_the_peer_makes_longer_is_logged_once()
    {
        using StreamFixture fixture = StreamFixture.Opened(server: new HeartbeatOptions { DetectWithin = TimeSpan.FromSeconds(60), MinTransmitInterval = TimeSpan.FromSeconds(3) });
        fixture.Advance(TimeSpan.FromMinutes(1));
        fixture.Logger.Entries.Should().ContainSingle(entry => entry.EventName == "BoundExceedsDetectWithin");
    }

    [Fact]
    public void A_probe_asked_for_before_the_handshake_is_answered_after_it()
    {
        using StreamFixture fixture = new();
        fixture.Link.ToServer.Delay = TimeSpan.FromMilliseconds(20);
        Task<TimeSpan> first = fixture.Client.Monitor.ProbeAsync().AsTask();
        Task<TimeSpan> second = fixture.Client.Monitor.ProbeAsync().AsTask();
        Task serverStarted = fixture.Server.StartAsync();
        fixture.AdvanceUntil(first, TimeSpan.FromSeconds(1));
        fixture.Result(first).Should().Be(TimeSpan.FromMilliseconds(20));
        fixture.Result(second).Should().Be(TimeSpan.FromMilliseconds(20));
        fixture.Result(serverStarted);
    }

    [Fact]
    public void A_probe_can_be_given_up_without_harm_to_the_others()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        fixture.Link.ToServer.Delay = TimeSpan.FromMilliseconds(20);
        using CancellationTokenSource cancel = new();
        Task<TimeSpan> stays = fixture.Client.Monitor.ProbeAsync().AsTask();
        Task<TimeSpan> leaves = fixture.Client.Monitor.ProbeAsync(cancel.Token).AsTask();
        cancel.Cancel();
        leaves.IsCanceled.Should().BeTrue();
        fixture.AdvanceUntil(stays, TimeSpan.FromSeconds(1));
        fixture.Result(stays).Should().BeGreaterThan(TimeSpan.Zero);
    }

    [Fact]
    public void A_change_of_DetectWithin_holds_for_losses_from_then_on_and_after_the_end_for_nothing()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        fixture.Client.ChangeDetectWithin(TimeSpan.FromSeconds(8));
        fixture.Advance(TimeSpan.FromSeconds(1));
        fixture.Link.Cut();
        TimeSpan took = fixture.AdvanceUntil(fixture.Client.Monitor.Completion, TimeSpan.FromMinutes(1));
        took.Should().BeGreaterThan(TimeSpan.FromSeconds(5));

        fixture.Client.ChangeDetectWithin(TimeSpan.FromSeconds(1));
        fixture.Advance(TimeSpan.FromMinutes(1));
        fixture.Clock.NextTimerDue.Should().BeNull();
    }
}
