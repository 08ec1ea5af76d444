using System.Net;
using System.Net.Sockets;
using Liveness.Diagnostics;
using Liveness.Kernel;
using Liveness.ProtocolPing;
using Liveness.SideChannel;
using Liveness.Testing;
using Liveness.Tests.InBand;
using Liveness.Tests.KeepAlive;
using Microsoft.Extensions.Logging.Abstractions;

namespace Liveness.Tests;

#pragma warning disable LIV007 // The clock stands still before anything could be waited for.

/// <summary>Every mode counts its connections once, under its own name.</summary>
public sealed class ModeMetricsTests
{
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_side_channel_counts_what_it_watches_and_its_own_connections_apart()
    {
        using MeterRecorder atListener = new();
        using MeterRecorder atClient = new();
        SideChannelListener listener = SideChannelListener.Start(new IPEndPoint(IPAddress.Loopback, 0), new SideChannelListenerOptions { MeterFactory = atListener });
        SideChannelClient client = await SideChannelClient.ConnectAsync(listener.LocalEndPoint, new SideChannelClientOptions { MeterFactory = atClient, Name = "redis" }).WaitAsync(s_safety);
        using SocketPair first = SocketPair.OverTcp();
        using SocketPair second = SocketPair.OverTcp();
        SideWatch watched = client.Watch(first.Client);
        client.Watch(second.Client);
        listener.Watch(first.Server);

        Active(atClient).Should().BeEquivalentTo(["liveness.connection.name=redis liveness.mode=side_channel: 2", "liveness.connection.name=redis liveness.mode=side: 1"]);
        Active(atListener).Should().BeEquivalentTo(["liveness.mode=side_channel: 1", "liveness.mode=side: 1"]);

        first.Server.LingerState = new LingerOption(enable: true, seconds: 0);
        first.Server.Dispose();
        (await watched.Monitor.Completion.WaitAsync(s_safety)).Should().BeOfType<ConnectionReset>();
        await client.DisposeAsync().AsTask().WaitAsync(s_safety);
        await listener.DisposeAsync().AsTask().WaitAsync(s_safety);
        await watched.DisposeAsync().AsTask().WaitAsync(s_safety);

        Active(atClient).Should().BeEquivalentTo(["liveness.connection.name=redis liveness.mode=side_channel: 0", "liveness.connection.name=redis liveness.mode=side: 0"]);
        Active(atListener).Should().OnlyContain(text => text.EndsWith(": 0"));
        MeterRecorder.Measured loss = atClient[LivenessMeter.ConnectionLosses].Should().ContainSingle().Subject;
        loss.TagText.Should().Be("error.type=connection_reset liveness.connection.name=redis liveness.diagnosis=peer_closed liveness.mode=side_channel");
        atClient[LivenessMeter.ConnectionDuration].Should().HaveCount(3);
        atClient[LivenessMeter.HeartbeatRoundTripDuration].Should().NotContain(one => one.Tags["liveness.mode"] != "side");
    }

    [Fact]
    public void All_connections_of_a_side_channel_share_what_they_are_measured_with()
    {
        using MeterRecorder recorder = new();
        ManualTimeProvider clock = new() { WorkQueue = new ManualWorkQueue() };
        ConnectionMetrics metrics = ConnectionMetrics.For(recorder, "redis", ConnectionMode.SideChannel, clock);
        WatchSet set = new(TimeSpan.FromSeconds(4), witness: false, clock, NullLogger.Instance, new NoOwner(), metrics);

        SideWatch[] all = [.. Enumerable.Range(1, 100).Select(id => set.Add(socket: null, SideKey.Hash(new byte[16]), session: null, (ulong)id))];

        all.Should().OnlyContain(connection => connection.Monitor.Metrics == metrics);
        recorder[LivenessMeter.ActiveConnections].Should().HaveCount(100);
    }

    [Fact]
    public void A_watch_that_is_refused_because_of_the_disposal_does_not_stay_counted()
    {
        using MeterRecorder recorder = new();
        ManualWorkQueue queue = new();
        ManualTimeProvider clock = new() { WorkQueue = queue };
        WatchSet set = new(TimeSpan.FromSeconds(4), witness: false, clock, NullLogger.Instance, new NoOwner(), ConnectionMetrics.For(recorder, null, ConnectionMode.SideChannel, clock));
        set.Close();

        Action watching = () => set.Add(socket: null, SideKey.Hash(new byte[16]), session: null, 1);
        watching.Should().Throw<ObjectDisposedException>();
        queue.RunAll();

        Active(recorder).Should().Equal("liveness.mode=side_channel: 0");
    }

    [LinuxFact]
    public async Task A_socket_monitor_is_kernel_only()
    {
        using MeterRecorder recorder = new();
        using SocketPair pair = SocketPair.OverTcp();
        SocketWatcher monitor = SocketWatcher.Start(pair.Client, new SocketWatcherOptions { MeterFactory = recorder, Name = "legacy" });
        Active(recorder).Should().Equal("liveness.connection.name=legacy liveness.mode=kernel_only: 1");

        await monitor.DisposeAsync().AsTask().WaitAsync(s_safety);

        Active(recorder).Should().Equal("liveness.connection.name=legacy liveness.mode=kernel_only: 0");
        recorder[LivenessMeter.ConnectionDuration].Should().ContainSingle().Which.TagText.Should().Be("liveness.connection.name=legacy liveness.mode=kernel_only");
    }

    [Fact]
    public void A_ping_of_your_own_protocol_is_measured_when_the_next_one_is_sent()
    {
        using MeterRecorder recorder = new();
        ManualWorkQueue queue = new();
        ManualTimeProvider clock = new() { WorkQueue = queue };
        ProtocolHeartbeatOptions options = new() { DetectWithin = TimeSpan.FromSeconds(3), TimeProvider = clock, MeterFactory = recorder, Name = "redis" };
        int pings = 0;
        ProtocolHeartbeat heartbeat = ProtocolHeartbeat.Start(_ => { pings++; return ValueTask.CompletedTask; }, options);
        const string Tags = "liveness.connection.name=redis liveness.mode=protocol_ping";

        while (pings < 2)
        {
            int before = pings;
            clock.Advance(TimeSpan.FromMilliseconds(10));
            queue.RunAll();
            if (pings > before)
            {
                clock.Advance(TimeSpan.FromMilliseconds(20));
                heartbeat.ReportReceived(7);
            }
        }

        recorder[LivenessMeter.HeartbeatProbes].Select(measured => (measured.TagText, measured.Value)).Should().Equal((Tags, 1), (Tags, 1));
        recorder[LivenessMeter.HeartbeatRoundTripDuration].Should().ContainSingle().Which.Value.Should().BeApproximately(0.02, 0.000_001);
        heartbeat.ReportClosed();
        queue.RunAll();
        Active(recorder).Should().Equal($"{Tags}: 0");
    }

    [Fact]
    public void Connections_of_one_name_and_mode_share_one_object_and_strangers_do_not()
    {
        using MeterRecorder recorder = new();
        using MeterRecorder other = new();
        ConnectionMetrics one = ConnectionMetrics.For(recorder, "devices", ConnectionMode.InBand, TimeProvider.System);

        ConnectionMetrics.For(recorder, "devices", ConnectionMode.InBand, TimeProvider.System).Should().BeSameAs(one);
        ConnectionMetrics.For(recorder, "others", ConnectionMode.InBand, TimeProvider.System).Should().NotBeSameAs(one);
        ConnectionMetrics.For(recorder, "devices", ConnectionMode.Side, TimeProvider.System).Should().NotBeSameAs(one);
        ConnectionMetrics.For(other, "devices", ConnectionMode.InBand, TimeProvider.System).Should().NotBeSameAs(one);
        ConnectionMetrics.For(null, "devices", ConnectionMode.InBand, TimeProvider.System).Should().NotBeSameAs(one);
    }

    [Fact]
    public void Names_made_up_for_each_connection_are_not_all_kept()
    {
        using MeterRecorder recorder = new();
        for (int i = 0; i < 1_100; i++)
        {
            ConnectionMetrics.For(recorder, $"connection {i}", ConnectionMode.InBand, TimeProvider.System);
        }

        ConnectionMetrics kept = ConnectionMetrics.For(recorder, "connection 0", ConnectionMode.InBand, TimeProvider.System);
        ConnectionMetrics.For(recorder, "connection 0", ConnectionMode.InBand, TimeProvider.System).Should().BeSameAs(kept);
        ConnectionMetrics late = ConnectionMetrics.For(recorder, "connection 1099", ConnectionMode.InBand, TimeProvider.System);
        ConnectionMetrics.For(recorder, "connection 1099", ConnectionMode.InBand, TimeProvider.System).Should().NotBeSameAs(late);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void The_life_of_a_connection_fits_one_word(bool isCounted, bool isNegative)
    {
        Instant begunAt = new((isNegative ? -1 : 1) * TimeSpan.FromDays(365_000).Ticks);
        ConnectionLife life = new(begunAt, isCounted);

        (life.BegunAt, life.IsCounted).Should().Be((begunAt, isCounted));
    }

    private static string[] Active(MeterRecorder recorder) =>
        [.. recorder[LivenessMeter.ActiveConnections].GroupBy(one => one.TagText).Select(series => $"{series.Key}: {series.Sum(one => one.Value)}")];

    private sealed class NoOwner : IWatchSetOwner
    {
        public void StartConnectProbe(SideSession session, SideWatch example)
        {
        }

        public void OnStopped(SideWatch connection)
        {
        }

        public void OnLost(IReadOnlyList<SideWatch> connections)
        {
        }
    }
}
