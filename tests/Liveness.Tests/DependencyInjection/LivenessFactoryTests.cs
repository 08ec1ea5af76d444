using Liveness.Testing;

namespace Liveness.Tests.DependencyInjection;

public sealed class LivenessFactoryTests
{
    [Fact]
    public async Task A_cut_in_band_connection_is_lost_by_its_settings_and_kept_among_the_newest_losses()
    {
        await using FactoryRig rig = new();
        (LivenessConnection client, LivenessConnection server) = await rig.AttachBothAsync();
        rig.Factory.Connections.Select(connection => connection.Id).Should().BeEquivalentTo([client.Id, server.Id]);
        (client.Mode, client.Name, client.Bound).Should().Be((LivenessMode.InBand, "client", TimeSpan.FromSeconds(3)));

        rig.Link.Cut();
        await rig.RunUntilAsync(() => rig.Factory.RecentLosses.Count == 2);

        rig.Factory.Connections.Should().BeEmpty();
        rig.Factory.RecentLosses.Select(record => (record.Name, Type: record.Loss.GetType())).Should().BeEquivalentTo([("client", typeof(HeartbeatTimedOut)), ("server", typeof(HeartbeatTimedOut))]);
        RecordedLoss newest = rig.Factory.RecentLosses[0];
        newest.Loss.Should().BeSameAs((newest.ConnectionId == client.Id ? client : server).Monitor.Loss);
        Func<Task> reading = () => client.Stream.ReadExactlyAsync(new byte[1]).AsTask();
        (await reading.Should().ThrowAsync<ConnectionLostException>()).Which.Loss.Should().BeSameAs(client.Monitor.Loss);
    }

    [Fact]
    public async Task Data_passes_and_an_orderly_close_leaves_no_loss()
    {
        await using FactoryRig rig = new();
        (LivenessConnection client, LivenessConnection server) = await rig.AttachBothAsync();
        Task<int> read = server.Stream.ReadAsync(new byte[10]).AsTask();
        await client.Stream.WriteAsync(new byte[5]);
        await rig.RunUntilAsync(() => read.IsCompleted);
        (await read).Should().Be(5);

        Task closing = Task.WhenAll(client.DisposeAsync().AsTask(), server.DisposeAsync().AsTask());
        await rig.RunUntilAsync(() => closing.IsCompleted && rig.Factory.Connections.Count == 0);

        (client.Monitor.State, server.Monitor.State).Should().Be((LivenessState.Closed, LivenessState.Closed));
        rig.Factory.RecentLosses.Should().BeEmpty();
    }

    [Fact]
    public async Task The_newest_losses_come_first_and_only_so_many_are_kept()
    {
        await using FactoryRig rig = new();
        for (int i = 0; i < 60; i++)
        {
            using InMemoryLink link = InMemoryLink.Create(rig.Clock);
            Task<LivenessConnection[]> both = Task.WhenAll(rig.Factory.AttachAsync(link.Client), rig.Factory.AttachAsync(link.Server));
            await rig.RunUntilAsync(() => both.IsCompleted);
            link.Reset();
            LivenessConnection[] connections = await both;
            await rig.RunUntilAsync(() => rig.Factory.Connections.Count == 0);
            rig.Factory.RecentLosses.Take(2).Select(record => record.ConnectionId).Should().BeEquivalentTo(connections.Select(connection => connection.Id));
        }

        rig.Factory.RecentLosses.Should().HaveCount(100);
    }

    [Theory]
    [InlineData(LivenessMode.KernelOnly)]
    [InlineData(LivenessMode.SideChannel)]
    public async Task A_mode_that_needs_a_socket_says_how_to_give_one(LivenessMode mode)
    {
        LivenessOptions options = new() { Mode = mode };
        options.SideChannel.Connect = mode == LivenessMode.SideChannel ? "7001" : null;
        await using FactoryRig rig = new(options);

        Func<Task> attaching = () => rig.Factory.AttachAsync(rig.Link.Client, "devices");

        (await attaching.Should().ThrowAsync<ArgumentException>()).WithMessage(
            $"Mode {mode} of \"devices\" needs the socket, and none can be found beneath a InMemoryStream. Attach the Socket or the TcpClient, or new AttachTarget(stream, socket), or use Mode InBand.*");
    }

    [Theory]
    [InlineData(LossAction.Abort, true)]
    [InlineData(LossAction.ReportOnly, false)]
    public async Task A_stream_is_cut_off_by_its_own_means_where_a_loss_is_to_abort(LossAction onLoss, bool aborts)
    {
        await using FactoryRig rig = new(new LivenessOptions { DetectWithin = TimeSpan.FromSeconds(3), OnLoss = onLoss });
        int aborted = 0;
        AttachTarget target = new(rig.Link.Client) { AbortTransport = () => Interlocked.Increment(ref aborted), LeaveOpen = true, Description = "a device" };
        Task<LivenessConnection[]> both = Task.WhenAll(rig.Factory.AttachAsync(target), rig.Factory.AttachAsync(rig.Link.Server));
        await rig.RunUntilAsync(() => both.IsCompleted);
        LivenessConnection client = (await both)[0];

        rig.Link.Cut();
        await rig.RunUntilAsync(() => rig.Factory.RecentLosses.Count == 2);
        await rig.RunUntilAsync(() => Volatile.Read(ref aborted) == (aborts ? 1 : 0));
        Task disposed = client.DisposeAsync().AsTask();
        await rig.RunUntilAsync(() => disposed.IsCompleted);

        aborted.Should().Be(aborts ? 1 : 0);
        client.Description.Should().Be("a device");
    }

    [Fact]
    public async Task What_cuts_off_may_throw_and_that_is_only_logged()
    {
        await using FactoryRig rig = new();
        AttachTarget target = new(rig.Link.Client) { AbortTransport = () => throw new InvalidOperationException("no"), LeaveOpen = true };
        Task<LivenessConnection[]> both = Task.WhenAll(rig.Factory.AttachAsync(target), rig.Factory.AttachAsync(rig.Link.Server));
        await rig.RunUntilAsync(() => both.IsCompleted);

        rig.Link.Cut();
        await rig.RunUntilAsync(() => rig.Loggers.Logger.Entries.Any(entry => entry.EventName == "HandlerThrew"));

        rig.Loggers.Logger.Entries.Count(entry => entry.Exception is InvalidOperationException).Should().Be(1);
    }

    [Fact]
    public async Task A_failed_handshake_closes_what_was_given_and_throws_its_loss()
    {
        await using FactoryRig rig = new();
        Task<LivenessConnection> attaching = rig.Factory.AttachAsync(rig.Link.Client);
        await rig.Link.Server.WriteAsync("220 mail.example.org ESMTP\r\n"u8.ToArray());
        await rig.RunUntilAsync(() => attaching.IsCompleted);

        Func<Task> awaiting = () => attaching;
        (await awaiting.Should().ThrowAsync<ConnectionLostException>()).Which.Loss.Should().BeOfType<PeerNotLiveness>();
        rig.Link.Client.CanWrite.Should().BeFalse();
        rig.Factory.Connections.Should().BeEmpty();
    }

    [Fact]
    public async Task What_is_refused_is_closed_too()
    {
        await using FactoryRig rig = new(new LivenessOptions { Mode = LivenessMode.KernelOnly });

        Func<Task> attaching = () => rig.Factory.AttachAsync(rig.Link.Client);

        await attaching.Should().ThrowAsync<ArgumentException>();
        rig.Link.Client.CanWrite.Should().BeFalse();
    }

    [Fact]
    public async Task Options_that_are_changed_later_have_no_effect_and_a_name_must_be_one()
    {
        LivenessOptions options = new() { DetectWithin = TimeSpan.FromSeconds(3) };
        await using FactoryRig rig = new(options);
        options.DetectWithin = TimeSpan.Zero;

        (LivenessConnection client, _) = await rig.AttachBothAsync();
        client.Bound.Should().Be(TimeSpan.FromSeconds(3));

        Func<Task> attaching = () => rig.Factory.AttachAsync(new MemoryStream(), new string('x', 65));
        (await attaching.Should().ThrowAsync<ArgumentException>()).WithMessage("Name has 65 characters, but must have 1 to 64.*");
    }

    [Fact]
    public async Task A_factory_that_is_disposed_attaches_nothing()
    {
        FactoryRig rig = new();
        await rig.DisposeAsync();

        Func<Task> attaching = () => rig.Factory.AttachAsync(new MemoryStream());

        await attaching.Should().ThrowAsync<ObjectDisposedException>();
    }
}
