using System.Net;
using Liveness.KeepAlive;
using Liveness.SideChannel;
using Liveness.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Liveness.Tests;

/// <summary>Two watches of one socket that want different bounds: the kernel asks for the shorter one, and both are told.</summary>
public sealed class SharedKeepAliveTests : IWatchSetOwner
{
    private static readonly TimeSpan s_t = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(10);
    private static readonly IPAddress s_peer = IPAddress.Parse("192.0.2.7");

    /// <summary>As a watch with a bound of 8 s wants it, with what a timer is late.</summary>
    private static readonly TimeSpan s_askedEvery = TimeSpan.FromSeconds(2.05);

    private readonly ManualWorkQueue _queue = new();
    private readonly ManualTimeProvider _clock;
    private readonly ToldSockets _sockets = new();
    private readonly WatchSet _set;
    private Instant _cut = Instant.Never;

    public SharedKeepAliveTests()
    {
        _clock = new ManualTimeProvider { WorkQueue = _queue };
        _set = new WatchSet(s_t, witness: true, _clock, NullLogger.Instance, this, sockets: _sockets);
    }

    private Instant Now => _set.Scheduling.Now;

    private TcpInfoSnapshot Kernel
    {
        get
        {
            Instant asked = Instant.Min(Now, _cut).RoundDown(s_askedEvery);
            return ToldSockets.Fresh with
            {
                SinceAckReceived = Now - asked,
                UnansweredProbes = (int)Math.Max(0, (Now - asked - s_askedEvery).TotalSeconds),
            };
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_longer_one_misses_an_answer_too_whichever_came_first(bool sharesFromTheBegin)
    {
        SideSession session = new(isAcceptingEnd: false, new IPEndPoint(s_peer, 7001), Now);
        _set.Change(session, changed => changed.Ready(new ToldSideLink(s_peer)));
        _sockets.Asking = sharesFromTheBegin ? WitnessAsking.ForUsSooner : WitnessAsking.ForUs;
        ConnectionTuple tuple = SideTuples.Of("192.0.2.1", 40_001, s_peer.ToString(), 443);
        SideWatch connection = _set.Add(_sockets.Add(tuple, () => Kernel), keyHash: null, session, id: 1);
        _sockets.Asking = WitnessAsking.ForUsSooner;
        Pass(s_t);
        _cut = Now;

        Pass(s_t * 0.75);
        connection.Monitor.Loss.Should().BeNull();
        Pass(s_t * 0.35);

        connection.Monitor.Loss.Should().BeOfType<KeepAliveTimedOut>();
    }

    void IWatchSetOwner.StartConnectProbe(SideSession session, SideWatch example)
    {
    }

    void IWatchSetOwner.OnStopped(SideWatch connection)
    {
    }

    void IWatchSetOwner.OnLost(IReadOnlyList<SideWatch> connections)
    {
    }

    private void Pass(TimeSpan time)
    {
        for (TimeSpan passed = TimeSpan.Zero; passed < time; passed += s_step)
        {
            _clock.Advance(s_step);
            _queue.RunAll();
        }
    }
}
