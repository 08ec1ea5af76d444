using System.Net;
using System.Net.NetworkInformation;
using Liveness.Kernel;
using Liveness.ProtocolPing;
using Liveness.SideChannel;
using Liveness.Testing;
using Liveness.Tests.Kernel;
using Microsoft.Extensions.Logging.Abstractions;

namespace Liveness.Tests.ForeignCode;

#pragma warning disable LIV007 // Nothing runs that could dispose of it.

/// <summary>A verdict that has fallen is told, in every mode, while others have taken the whole thread pool for themselves.</summary>
public sealed class StarvedPoolTests
{
    private static readonly TimeSpan s_detectWithin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(10);

    private readonly StarvingQueue _queue = new();
    private readonly ManualTimeProvider _clock;
    private readonly List<ConnectionLoss> _told = [];

    public StarvedPoolTests() => _clock = new ManualTimeProvider { WorkQueue = _queue };

    [Fact]
    public void The_loss_of_a_heartbeat_stream_is_told_where_the_pool_runs_nothing()
    {
        using InMemoryLink link = InMemoryLink.Create(_clock);
        HeartbeatOptions options = new() { DetectWithin = s_detectWithin, TimeProvider = _clock };
        HeartbeatStream client = new(link.Client, options);
        HeartbeatStream server = new(link.Server, options);
        Task[] started = [client.StartAsync(), server.StartAsync()];
        _queue.RunAll();
        started.Should().OnlyContain(task => task.IsCompletedSuccessfully);
        Hear(client.Monitor);

        link.Cut();

        AdvanceUntilTold(s_detectWithin * 2);
    }

    [Fact]
    public void The_loss_of_a_protocol_heartbeat_is_told_where_the_pool_runs_nothing()
    {
        ProtocolHeartbeat heartbeat = new(
            static _ => ValueTask.CompletedTask,
            new ProtocolHeartbeatOptions { DetectWithin = s_detectWithin, TimeProvider = _clock },
            witness: null,
            lookAtLocalNetwork: null,
            seed: 1);
        Hear(heartbeat.Monitor);

        AdvanceUntilTold(s_detectWithin * 2);
    }

    [Fact]
    public void The_loss_of_a_watched_socket_is_told_where_the_pool_runs_nothing()
    {
        ScriptedSocket socket = new();
        SocketWatcher watcher = new(socket, socket.Shown, WatchRig.InForce(WatchRig.Bound), applied: null, _clock, NullLogger.Instance);
        watcher.Begin();
        Hear(watcher.Monitor);
        socket.Shown = WatchRig.Linux(10, segments: 3, state: TcpState.Closed);

        AdvanceUntilTold(s_detectWithin);
    }

    [Fact]
    public void What_a_side_channel_has_judged_is_told_where_the_pool_runs_nothing()
    {
        IPAddress peer = IPAddress.Parse("192.0.2.7");
        WatchSet set = new(TimeSpan.FromSeconds(5), witness: false, _clock, NullLogger.Instance, new SilentOwner());
        SideSession session = new(isAcceptingEnd: false, new IPEndPoint(peer, 7001), set.Scheduling.Now);
        set.Change(session, changed => changed.Ready(new ToldSideLink(peer)));
        SideWatch watched = set.Add(socket: null, SideKey.Hash(new byte[16]), session, id: 1);
        set.TakeAnswer(session, new AnswerMessage(1, SideAnswer.Watched, AnswerMessage.Unknown, AnswerMessage.Unknown));
        Hear(watched.Monitor);

        set.TakeAnswer(session, new AnswerMessage(1, SideAnswer.Gone, AnswerMessage.Unknown, AnswerMessage.Unknown));

        AdvanceUntilTold(s_detectWithin);
    }

    private void Hear(ConnectionMonitor monitor) => monitor.ConnectionLost += (_, e) => _told.Add(e.Loss);

    private void AdvanceUntilTold(TimeSpan most)
    {
        _queue.RunAll();
        for (TimeSpan passed = TimeSpan.Zero; passed < most && _told.Count == 0; passed += s_step)
        {
            _clock.Advance(s_step);
            _queue.RunAll();
        }

        _queue.IsStarved.Should().BeTrue("the end goes its own way from the verdict on");
        _told.Should().ContainSingle();
    }

    private sealed class SilentOwner : IWatchSetOwner
    {
        public void OnStopped(SideWatch connection)
        {
        }

        public void OnLost(IReadOnlyList<SideWatch> connections)
        {
        }

        public void StartConnectProbe(SideSession session, SideWatch example)
        {
        }
    }
}
