using System.Net;
using Liveness.Kernel;
using Liveness.ProtocolPing;
using Liveness.SideChannel;
using Liveness.Testing;
using Liveness.Tests.InBand;

namespace Liveness.Tests.ForeignCode;

/// <summary>Connections whose clock is code of others, and fails: they are watched all the same.</summary>
public sealed class FaultyClockTests
{
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_t = TimeSpan.FromMilliseconds(300);

    public static TheoryData<ClockFault> Faults() => [.. Enum.GetValues<ClockFault>()];

    /// <summary>
    /// A clock that begins to stand still is as good as one that blocks: nobody can tell it from time that does not pass.
    /// </summary>
    public static TheoryData<ClockFault> LaterFaults() =>
        [.. Enum.GetValues<ClockFault>().Where(static fault => fault is not ClockFault.AnswersZeroAndNull)];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Every_kind_of_watching_starts_and_ends_under_a_clock_that_fails_from_the_beginning(ClockFault fault)
    {
        FaultyClock clock = new(fault) { Fails = true };
        using SocketPair inside = SocketPair.OverTcp();
        using SocketPair beside = SocketPair.OverTcp();
        using SocketPair attached = SocketPair.OverTcp();
        HeartbeatOptions options = new() { DetectWithin = s_safety, TimeProvider = clock };
        SideChannelListenerOptions atListener = new() { TimeProvider = clock };
        SideChannelClientOptions atClient = new() { TimeProvider = clock };
        await using HeartbeatStream client = new(inside.Client, options);
        await using HeartbeatStream server = new(inside.Server, options);
        await using SocketWatcher kernel = SocketWatcher.Start(beside.Client, new SocketWatcherOptions { TimeProvider = clock });
        await using SideChannelListener listener = SideChannelListener.Start(new IPEndPoint(IPAddress.Loopback, 0), atListener);
        await using SideChannelClient side = await SideChannelClient.ConnectAsync(listener.LocalEndPoint, atClient);
        await using SideWatch watched = side.Watch(beside.Client);
        await using LivenessFactory factory = new(new LivenessOptions { DetectWithin = s_safety }, timeProvider: clock);

        await Task.WhenAll(client.StartAsync(), server.StartAsync()).WaitAsync(s_safety);
        LivenessConnection[] both =
            await Task.WhenAll(factory.AttachAsync(attached.Client), factory.AttachAsync(attached.Server)).WaitAsync(s_safety);

        await both[0].DisposeAsync().AsTask().WaitAsync(s_safety);
        (await both[1].Monitor.Completion.WaitAsync(s_safety)).Should().BeNull();
        await both[1].DisposeAsync();
        client.Monitor.State.Should().NotBe(LivenessState.Lost);
        await Task.WhenAll(client.DisposeAsync().AsTask(), server.DisposeAsync().AsTask()).WaitAsync(s_safety);
        client.Monitor.Loss.Should().BeNull();
    }

    [Theory]
    [MemberData(nameof(LaterFaults))]
    public async Task A_loss_is_told_under_a_clock_that_has_failed_meanwhile_and_the_log_says_so_once(ClockFault fault)
    {
        FaultyClock clock = new(fault);
        RecordingLogger logger = new();
        HeartbeatOptions options = new() { DetectWithin = s_t, TimeProvider = clock, Logger = logger };
        using InMemoryLink link = InMemoryLink.Create(TimeProvider.System);
        await using HeartbeatStream client = new(link.Client, options);
        await using HeartbeatStream server = new(link.Server, options);
        await Task.WhenAll(client.StartAsync(), server.StartAsync()).WaitAsync(s_safety);

        clock.Fails = true;
        link.Cut();

        ConnectionLoss? loss = await client.Monitor.Completion.WaitAsync(s_safety);
        loss.Should().BeOfType<HeartbeatTimedOut>().Which.Silence.Should().BeGreaterThan(s_t / 2);
        await Task.WhenAll(client.DisposeAsync().AsTask(), server.DisposeAsync().AsTask()).WaitAsync(s_safety);
        await logger.FirstAsync("ConnectionLost");
        if (fault != ClockFault.ThrowsInTimestampFrequency)
        {
            // That is asked for once, before.
            await logger.FirstAsync("ClockFailed");
            logger.Entries.Should().ContainSingle(entry => entry.EventName == "ClockFailed");
        }
    }

    [Fact]
    public async Task A_protocol_heartbeat_loses_its_peer_under_a_clock_that_always_throws()
    {
        FaultyClock clock = new(ClockFault.ThrowsInGetTimestamp) { Fails = true };
        await using ProtocolHeartbeat heartbeat = ProtocolHeartbeat.Start(
            static _ => ValueTask.CompletedTask, new ProtocolHeartbeatOptions { DetectWithin = s_t, TimeProvider = clock });

        ConnectionLoss? loss = await heartbeat.Monitor.Completion.WaitAsync(s_safety);
        loss.Should().BeOfType<HeartbeatTimedOut>().Which.Silence.Should().BeLessThan(s_safety / 2);
    }
}
