namespace Liveness.Tests.DependencyInjection;

/// <summary>Before a program ends, its peers are told.</summary>
public sealed class DrainTests : IAsyncDisposable
{
    private readonly FactoryRig _rig = new();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Every_peer_hears_that_the_program_goes_away_and_when_to_come_back()
    {
        using LivenessFactory peers = new(new LivenessOptions(), timeProvider: _rig.Clock);
        (LivenessConnection own, LivenessConnection peer) = await AttachAsync(peers);
        await own.Stream.WriteAsync("last words"u8.ToArray());
        Task<DrainResult> drained = _rig.Factory.DrainAsync(new DrainOptions { Text = "a new version" });
        await _rig.RunUntilAsync(() => drained.IsCompleted);

        DrainResult result = await drained;
        (result.Connections, result.Confirmed).Should().Be((1, 1));
        own.Monitor.State.Should().Be(LivenessState.Closed);
        own.Monitor.CloseResult!.IsConfirmed.Should().BeTrue();
        peer.Monitor.Loss.Should().BeNull();
        peer.Monitor.PeerGoingAway!.Text.Should().Be("a new version");
        peer.Monitor.PeerGoingAway.ReconnectAfter.Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1))
            .And.BeLessThan(TimeSpan.FromSeconds(10));
        byte[] buffer = new byte[100];
        (await peer.Stream.ReadAsync(buffer)).Should().Be(10);
        (await peer.Stream.ReadAsync(buffer)).Should().Be(0);
    }

    [Fact]
    public async Task A_peer_that_is_gone_holds_nobody_up_for_longer_than_the_bound()
    {
        // So patient that nothing but the bound of the drain can end it.
        LivenessOptions patient = new() { DetectWithin = TimeSpan.FromHours(1), Heartbeat = { CloseTimeout = TimeSpan.FromMinutes(1) } };
        await using FactoryRig rig = new(patient);
        using LivenessFactory peers = new(patient, timeProvider: rig.Clock);
        (LivenessConnection own, _) = await AttachAsync(rig, peers);
        await own.Stream.WriteAsync(new byte[100]);
        rig.Link.Cut();
        Task<DrainResult> drained = rig.Factory.DrainAsync(new DrainOptions { Within = TimeSpan.FromSeconds(1) });
        rig.Clock.Advance(TimeSpan.FromSeconds(0.99));
        rig.Queue.RunAll();
        own.Monitor.CloseResult.Should().BeNull("the peer may still answer");

        // No more time passes than the bound: what is left to do only needs threads.
        rig.Clock.Advance(TimeSpan.FromSeconds(0.01));
        using CancellationTokenSource late = new(TimeSpan.FromMinutes(1));
        while (!drained.IsCompleted)
        {
            late.Token.ThrowIfCancellationRequested();
            rig.Queue.RunAll();
            await Task.Yield();
        }

        (await drained).NotConfirmed.Should().Be(1);
        own.Monitor.CloseResult!.Outcome.Should().Be(CloseOutcome.Aborted);
    }

    [Fact]
    public async Task Whoever_cancels_cuts_off_at_once()
    {
        using LivenessFactory peers = new(new LivenessOptions(), timeProvider: _rig.Clock);
        (LivenessConnection own, _) = await AttachAsync(peers);
        await own.Stream.WriteAsync(new byte[100]);
        _rig.Link.Cut();
        using CancellationTokenSource cancelled = new();
        Task<DrainResult> drained = _rig.Factory.DrainAsync(cancellationToken: cancelled.Token);
        cancelled.Cancel();
        await _rig.RunUntilAsync(() => drained.IsCompleted);

        (await drained).NotConfirmed.Should().Be(1);
    }

    [Fact]
    public async Task Nothing_is_attached_any_more_and_whoever_tries_has_its_peer_told()
    {
        await _rig.Factory.DrainAsync();
        using LivenessFactory peers = new(new LivenessOptions(), timeProvider: _rig.Clock);
        Task<LivenessConnection> peer = peers.AttachAsync(_rig.Link.Server);
        Task<LivenessConnection> late = _rig.Factory.AttachAsync(_rig.Link.Client);
        await _rig.RunUntilAsync(() => late.IsCompleted && peer.IsCompleted);

        Func<Task> attach = () => late;
        await attach.Should().ThrowAsync<ObjectDisposedException>().WithMessage("*going away*");
        LivenessConnection heard = await peer;
        await _rig.RunUntilAsync(() => heard.Monitor.Completion.IsCompleted);
        heard.Monitor.PeerGoingAway.Should().NotBeNull();
    }

    [Fact]
    public async Task Names_that_are_left_out_stay_and_say_the_same_when_their_owners_close_them()
    {
        using LivenessFactory peers = new(new LivenessOptions(), timeProvider: _rig.Clock);
        (LivenessConnection own, LivenessConnection peer) = await AttachAsync(peers, "http");
        Task<DrainResult> drained = _rig.Factory.DrainAsync(new DrainOptions { Names = ["devices"] });
        await _rig.RunUntilAsync(() => drained.IsCompleted);
        (await drained).Connections.Should().Be(0);
        own.Monitor.State.Should().Be(LivenessState.Alive);

        Task disposed = own.DisposeAsync().AsTask();
        await _rig.RunUntilAsync(() => disposed.IsCompleted);

        peer.Monitor.PeerGoingAway.Should().NotBeNull();
    }

    [Fact]
    public async Task A_second_drain_is_the_first_one()
    {
        Task<DrainResult> first = _rig.Factory.DrainAsync();
        Task<DrainResult> second = _rig.Factory.DrainAsync(new DrainOptions { Within = TimeSpan.Zero });
        (await second).Should().BeSameAs(await first);
    }

    [Fact]
    public async Task Connections_that_are_watched_from_outside_are_left_open_and_counted()
    {
        using InBand.SocketPair sockets = InBand.SocketPair.OverTcp();
        await using LivenessFactory factory = new(new LivenessOptions { Mode = LivenessMode.KernelOnly });
        await using LivenessConnection connection = await factory.AttachAsync(sockets.Client);

        DrainResult result = await factory.DrainAsync();

        (result.Connections, result.NotTold).Should().Be((1, 1));
        connection.Monitor.State.Should().Be(LivenessState.Alive);
    }

    [Theory]
    [InlineData("Within", "-00:00:01", "*Within = -00:00:01: use 00:00:00*to 01:00:00*")]
    [InlineData("Within", "01:00:01", "*Within = 01:00:01*")]
    [InlineData("ReconnectAfter", "-00:00:01", "*ReconnectAfter = -00:00:01: use 00:00:00 to 1.00:00:00*")]
    [InlineData("ReconnectSpread", "1.00:00:01", "*ReconnectSpread = 1.00:00:01*")]
    [InlineData("ReconnectSpread", "1.00:00:00", "*together at most 1.00:00:00*")]
    public async Task Options_that_make_no_sense_are_refused(string property, string value, string message)
    {
        DrainOptions options = new();
        typeof(DrainOptions).GetProperty(property)!.SetValue(options, TimeSpan.Parse(value));
        Func<Task> drain = () => _rig.Factory.DrainAsync(options);

        await drain.Should().ThrowAsync<ArgumentOutOfRangeException>().WithMessage(message);
    }

    private Task<(LivenessConnection Own, LivenessConnection Peer)> AttachAsync(LivenessFactory peers, string? name = null) =>
        AttachAsync(_rig, peers, name);

    private static async Task<(LivenessConnection Own, LivenessConnection Peer)> AttachAsync(
        FactoryRig rig, LivenessFactory peers, string? name = null)
    {
        Task<LivenessConnection[]> both = Task.WhenAll(
            rig.Factory.AttachAsync(rig.Link.Client, name), peers.AttachAsync(rig.Link.Server));
        await rig.RunUntilAsync(() => both.IsCompleted);
        LivenessConnection[] connections = await both;
        return (connections[0], connections[1]);
    }
}
