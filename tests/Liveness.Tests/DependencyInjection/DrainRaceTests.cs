namespace Liveness.Tests.DependencyInjection;

/// <summary>A drain beside everything else that may go on.</summary>
public sealed class DrainRaceTests : IAsyncDisposable
{
    /// <summary>Its closes give up by themselves far too late: only a drain ends them.</summary>
    private readonly FactoryRig _rig = new(new LivenessOptions { Heartbeat = { CloseTimeout = TimeSpan.FromMinutes(10) } });
    private readonly LivenessFactory _peers;

    public DrainRaceTests() => _peers = new LivenessFactory(new LivenessOptions(), timeProvider: _rig.Clock);

    public async ValueTask DisposeAsync()
    {
        await _peers.DisposeAsync();
        await _rig.DisposeAsync();
    }

    [Fact]
    public async Task Whoever_calls_second_cuts_off_by_a_token_too()
    {
        await CutOffBehindAnUnsentWriteAsync();
        using CancellationTokenSource cancelled = new();
        Task<DrainResult> first = _rig.Factory.DrainAsync(new DrainOptions { Within = TimeSpan.FromHours(1) });
        Task<DrainResult> second = _rig.Factory.DrainAsync(cancellationToken: cancelled.Token);
        cancelled.Cancel();
        await _rig.RunUntilAsync(() => first.IsCompleted && second.IsCompleted);

        (await second).NotConfirmed.Should().Be(1);
        (await first).Should().BeSameAs(await second);
    }

    [Fact]
    public async Task A_token_that_is_cancelled_before_the_call_cuts_off_at_once()
    {
        await CutOffBehindAnUnsentWriteAsync();
        DrainOptions patient = new() { Within = TimeSpan.FromHours(1) };
        Task<DrainResult> drained = _rig.Factory.DrainAsync(patient, new CancellationToken(canceled: true));
        await _rig.RunUntilAsync(() => drained.IsCompleted);

        (await drained).NotConfirmed.Should().Be(1);
    }

    [Fact]
    public async Task Options_count_as_they_were_when_the_drain_began()
    {
        DrainOptions options = new() { Text = "a new version", ReconnectAfter = TimeSpan.FromSeconds(2), ReconnectSpread = TimeSpan.Zero };
        await _rig.Factory.DrainAsync(options);
        (options.Text, options.ReconnectAfter) = ("something else", TimeSpan.FromDays(2));
        Task<LivenessConnection> peer = _peers.AttachAsync(_rig.Link.Server);
        Task<LivenessConnection> late = _rig.Factory.AttachAsync(_rig.Link.Client);
        await _rig.RunUntilAsync(() => late.IsCompleted && peer.IsCompleted);

        LivenessConnection heard = await peer;
        await _rig.RunUntilAsync(() => heard.Monitor.Completion.IsCompleted);
        heard.Monitor.PeerGoingAway.Should().BeEquivalentTo(new PeerGoingAway("a new version", TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public async Task A_connection_that_is_being_attached_is_waited_for_until_its_peer_is_told()
    {
        Task<LivenessConnection> late = _rig.Factory.AttachAsync(_rig.Link.Client);
        Task<DrainResult> drained = _rig.Factory.DrainAsync(new DrainOptions { Within = TimeSpan.FromHours(1) });
        DateTimeOffset begun = _rig.Clock.GetUtcNow();
        await _rig.RunUntilAsync(() => _rig.Clock.GetUtcNow() - begun > TimeSpan.FromSeconds(1));
        drained.IsCompleted.Should().BeFalse("whoever ends the process now cuts the handshake off");

        Task<LivenessConnection> peer = _peers.AttachAsync(_rig.Link.Server);
        await _rig.RunUntilAsync(() => drained.IsCompleted && peer.IsCompleted);

        LivenessConnection heard = await peer;
        await _rig.RunUntilAsync(() => heard.Monitor.Completion.IsCompleted);
        heard.Monitor.PeerGoingAway.Should().NotBeNull();
        Func<Task> attach = () => late;
        await attach.Should().ThrowAsync<ObjectDisposedException>();
    }

    [Fact]
    public async Task A_stranger_that_says_nothing_holds_a_drain_up_for_no_longer_than_its_bound()
    {
        Task<LivenessConnection> late = _rig.Factory.AttachAsync(_rig.Link.Client);
        Task<DrainResult> drained = _rig.Factory.DrainAsync(new DrainOptions { Within = TimeSpan.FromSeconds(1) });
        await _rig.RunUntilAsync(() => drained.IsCompleted);

        (await drained).Took.Should().BeLessThan(TimeSpan.FromSeconds(2.1));
        await _rig.RunUntilAsync(() => late.IsCompleted);
    }

    [Fact]
    public async Task The_first_line_counts_those_who_are_told()
    {
        using InBand.SocketPair sockets = InBand.SocketPair.OverTcp();
        RecordingLoggers loggers = new();
        await using LivenessFactory factory = new(new LivenessOptions { Mode = LivenessMode.KernelOnly }, loggers);
        await using LivenessConnection connection = await factory.AttachAsync(sockets.Client);
        await factory.DrainAsync();

        await loggers.Logger.FirstAsync("DrainBegun");
        loggers.Logger.Entries.Single(entry => entry.EventName == "DrainBegun").Text.Should().Contain("the peers of 0 connections");
    }

    [Fact]
    public async Task A_connection_that_its_owner_disposes_meanwhile_is_told_once_and_counted()
    {
        (LivenessConnection own, LivenessConnection peer) = await AttachAsync();
        List<ConnectionEndedEventArgs> ends = [];
        peer.Monitor.ConnectionEnded += (_, e) => ends.Add(e);
        Task disposed = own.DisposeAsync().AsTask();
        Task<DrainResult> drained = _rig.Factory.DrainAsync();
        await _rig.RunUntilAsync(() => drained.IsCompleted && disposed.IsCompleted && ends.Count > 0);

        (await drained).Confirmed.Should().Be(1);
        ends.Should().ContainSingle().Which.Loss.Should().BeNull();
    }

    [Fact]
    public async Task What_is_lost_meanwhile_is_counted_as_lost()
    {
        (LivenessConnection own, _) = await AttachAsync();
        await own.Stream.WriteAsync(new byte[100]);
        _rig.Link.Cut();
        Task<DrainResult> drained = _rig.Factory.DrainAsync(new DrainOptions { Within = TimeSpan.FromHours(1) });
        await _rig.RunUntilAsync(() => drained.IsCompleted);

        (await drained).Lost.Should().Be(1);
        own.Monitor.Loss.Should().BeOfType<CloseTimedOut>();
    }

    [Fact]
    public async Task What_its_owner_says_of_its_own_counts()
    {
        (LivenessConnection own, LivenessConnection peer) = await AttachAsync();
        await _rig.Factory.DrainAsync(new DrainOptions { Names = ["others"] });
        Task<CloseResult?> closed = own.CloseAsync(CloseReason.Done, "all is said");
        await _rig.RunUntilAsync(() => closed.IsCompleted);

        peer.Monitor.State.Should().Be(LivenessState.Closed);
        peer.Monitor.PeerGoingAway.Should().BeNull();
    }

    [Fact]
    public async Task A_drain_from_within_a_handler_of_a_connection_is_no_deadlock()
    {
        (LivenessConnection own, LivenessConnection peer) = await AttachAsync();
        DrainResult? result = null;
        own.Monitor.OnEnded(async _ =>
        {
            await Task.Yield();
            result = await _rig.Factory.DrainAsync();
            await own.DisposeAsync();
        });
        Task closed = peer.DisposeAsync().AsTask();
        await _rig.RunUntilAsync(() => closed.IsCompleted && result is not null);

        result!.Lost.Should().Be(0);
    }

    [Fact]
    public async Task A_factory_that_is_disposed_still_answers_with_the_drain_that_was()
    {
        DrainResult first = await _rig.Factory.DrainAsync();
        await _rig.Factory.DisposeAsync();

        (await _rig.Factory.DrainAsync()).Should().BeSameAs(first);
    }

    private async Task CutOffBehindAnUnsentWriteAsync()
    {
        (LivenessConnection own, _) = await AttachAsync();
        await own.Stream.WriteAsync(new byte[100]);
        _rig.Link.Cut();
    }

    private async Task<(LivenessConnection Own, LivenessConnection Peer)> AttachAsync()
    {
        Task<LivenessConnection[]> both = Task.WhenAll(_rig.Factory.AttachAsync(_rig.Link.Client), _peers.AttachAsync(_rig.Link.Server));
        await _rig.RunUntilAsync(() => both.IsCompleted);
        LivenessConnection[] connections = await both;
        return (connections[0], connections[1]);
    }
}
