using System.Net.Sockets;
using Liveness.Testing;
using Liveness.Tests.DependencyInjection;
using Liveness.Tests.InBand;
using Microsoft.Extensions.Logging;

namespace Liveness.Tests.Monitoring;

/// <summary>Five devices are five different lines in the log.</summary>
public sealed class ConnectionLabelTests : IDisposable
{
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(30);

    private readonly RecordingLoggers _loggers = new();

    [Theory]
    [InlineData(null)]
    [InlineData("device 7")]
    public async Task A_loss_names_the_other_end_the_connection_and_the_incident(string? description)
    {
        await using LivenessFactory factory = new(new LivenessOptions { DetectWithin = TimeSpan.FromMinutes(1) }, _loggers);
        using SocketPair pair = SocketPair.OverTcp();
        string remote = description ?? pair.Client.RemoteEndPoint!.ToString()!;
        Task<LivenessConnection> accepting = factory.AttachAsync(pair.Server, "devices");
        LivenessConnection client = await factory.AttachAsync(new AttachTarget(pair.Client) { Description = description }, "devices").WaitAsync(s_safety);
        await accepting.WaitAsync(s_safety);

        pair.Server.LingerState = new LingerOption(enable: true, seconds: 0);
        pair.Server.Dispose();
        ConnectionLoss? loss = await client.Monitor.Completion.WaitAsync(s_safety);
        await client.DisposeAsync();

        loss.Should().NotBeNull();
        _loggers.Logger.Entries.Should().Contain(entry => entry.EventName == "ConnectionLost"
            && entry.Text.Contains($"incident {loss!.Evidence.IncidentId}, remote {remote}, connection {client.Id}, name devices]"));
    }

    /// <summary>In every mode that a factory has without a second connection, and also before the connection is attached.</summary>
    [Theory]
    [InlineData(LivenessMode.InBand)]
    [InlineData(LivenessMode.KernelOnly)]
    public async Task An_own_id_is_in_the_lines_and_among_the_losses_as_it_was_then(LivenessMode mode)
    {
        await using LivenessFactory factory = new(new LivenessOptions { Mode = mode, DetectWithin = TimeSpan.FromMinutes(1) }, _loggers);
        using SocketPair pair = SocketPair.OverTcp();
        Task<LivenessConnection> accepting = factory.AttachAsync(pair.Server, "devices");
        AttachTarget target = new(pair.Client) { OwnId = "meter 1" };
        LivenessConnection client = await factory.AttachAsync(target, "devices").WaitAsync(s_safety);
        await accepting.WaitAsync(s_safety);
        client.OwnId.Should().Be("meter 1");
        client.OwnId = "meter 2";

        pair.Server.LingerState = new LingerOption(enable: true, seconds: 0);
        pair.Server.Dispose();
        (await client.Monitor.Completion.WaitAsync(s_safety)).Should().NotBeNull();
        await client.DisposeAsync();

        SpinWait.SpinUntil(() => factory.RecentLosses.Any(record => record.ConnectionId == client.Id), s_safety).Should().BeTrue();
        factory.RecentLosses.Single(record => record.ConnectionId == client.Id).OwnId.Should().Be("meter 2");
        _loggers.Logger.Entries.Should().Contain(entry => entry.EventName == "ConnectionLost" && entry.Text.EndsWith(", name devices, own id meter 2]"));
    }

    [Fact]
    public void An_own_id_that_is_none_is_refused_before_anything_is_attached()
    {
        using SocketPair pair = SocketPair.OverTcp();
        Func<AttachTarget> make = () => new AttachTarget(pair.Client) { OwnId = "two\nlines" };

        make.Should().Throw<ArgumentException>().Which.Message.Should().Contain("position 3");
        pair.Client.Connected.Should().BeTrue();
    }

    [Fact]
    public async Task What_a_storm_holds_is_told_before_the_factory_is_gone()
    {
        LivenessFactory factory = new(new LivenessOptions { Mode = LivenessMode.KernelOnly, DetectWithin = TimeSpan.FromMinutes(1) }, _loggers);
        List<SocketPair> pairs = [.. Enumerable.Range(0, 14).Select(static _ => SocketPair.OverTcp())];
        LivenessConnection[] all = await Task.WhenAll(pairs.Select(pair => factory.AttachAsync(pair.Client, "devices"))).WaitAsync(s_safety);
        pairs.ForEach(static pair =>
        {
            pair.Server.LingerState = new LingerOption(enable: true, seconds: 0);
            pair.Server.Dispose();
        });
        await Task.WhenAll(all.Select(static one => one.Monitor.Completion)).WaitAsync(s_safety);

        await factory.DisposeAsync();

        int told = _loggers.Logger.Entries.Count(static entry => entry.EventName == "ConnectionLost");
        int held = _loggers.Logger.Entries.Count(static entry => entry.EventName == "LossDetail");
        (told + held).Should().Be(14);
        _loggers.Logger.Entries.Any(static entry => entry.EventName == "ConnectionsLost").Should().Be(held > 0);
        pairs.ForEach(static pair => pair.Dispose());
    }

    [Fact]
    public async Task What_never_came_about_names_the_other_end()
    {
        await using LivenessFactory factory = new(new LivenessOptions { Heartbeat = { HandshakeTimeout = TimeSpan.FromMilliseconds(200) } }, _loggers);
        using SocketPair pair = SocketPair.OverTcp();
        string remote = pair.Client.RemoteEndPoint!.ToString()!;

        Func<Task> attaching = () => factory.AttachAsync(pair.Client).WaitAsync(s_safety);

        await attaching.Should().ThrowAsync<ConnectionLostException>();
        SpinWait.SpinUntil(() => _loggers.Logger.Entries.Any(entry => entry.EventName == "HandshakeLost"), s_safety).Should().BeTrue();
        _loggers.Logger.Entries.Single(entry => entry.EventName == "HandshakeLost").Text.Should().Contain($"remote {remote}");
    }

    [Fact]
    public void A_peer_that_slows_down_too_much_is_a_loss_of_an_open_connection()
    {
        MonitorFixture fixture = new();

        fixture.Monitor.TryLose(Losses.BoundExceeded(), null);
        fixture.Queue.RunAll();

        fixture.Logger.Entries.Should().ContainSingle().Which.Should().Match<RecordingLogger.Entry>(entry => entry.EventName == "ConnectionLost" && entry.Level == LogLevel.Warning
            && entry.Text.Contains("BoundExceeded: the peer has slowed down, and RequireBound is set; the peer lives, and will not beat as often as RequireBound asks (proven)"));
    }

    public void Dispose() => _loggers.Dispose();

    [Fact]
    public void A_snapshot_is_one_line_of_what_is_known()
    {
        new ConnectionSnapshot
        {
            State = LivenessState.Suspect,
            Conditions = ConnectionConditions.PeerNotConsuming,
            Silence = TimeSpan.FromSeconds(1.5),
            Bound = TimeSpan.FromSeconds(3),
            RoundTrip = TimeSpan.FromMilliseconds(1.25),
            BytesSent = 7,
            UnreadBytes = 5,
        }.ToString().Should().Be("Suspect, PeerNotConsuming, silent for 1.5 s of 3 s, round trip 1.25 ms, 7 bytes sent, 5 unread");
        new ConnectionSnapshot().ToString().Should().Be("Connecting");
    }
}
