using System.Net;
using Liveness.KeepAlive;
using Liveness.SideChannel;
using Liveness.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Liveness.Tests;

/// <summary>A watch set between kernels and a side connection that tell what a test says, in time that a test moves.</summary>
public abstract class WatchSetFrame
{
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(10);

    private readonly Owner _owner = new();

    protected WatchSetFrame()
    {
        Clock = new ManualTimeProvider { WorkQueue = Queue };
        Set = new WatchSet(T, witness: true, Clock, NullLogger.Instance, _owner, sockets: Sockets);
        Link = new ToldSideLink(Peer);
    }

    private protected static TimeSpan T { get; } = TimeSpan.FromSeconds(5);

    private protected static IPAddress Peer { get; } = IPAddress.Parse("192.0.2.7");

    private protected ManualWorkQueue Queue { get; } = new();

    private protected ManualTimeProvider Clock { get; }

    private protected ToldSockets Sockets { get; } = new();

    private protected WatchSet Set { get; }

    private protected ToldSideLink Link { get; }

    /// <summary>What every kernel shows now; null = the socket was closed.</summary>
    private protected TcpInfoSnapshot? Kernel { get; set; } = ToldSockets.Fresh;

    /// <summary>In place of <see cref="Kernel"/>, where it goes with the time.</summary>
    private protected Func<TcpInfoSnapshot>? Told { get; set; }

    private protected List<int> Batches => _owner.Batches;

    private protected Instant Now => Set.Scheduling.Now;

    private protected SideSession Session(bool isAcceptingEnd = false)
    {
        SideSession session = new(isAcceptingEnd, new IPEndPoint(Peer, 7001), Now);
        Set.Change(session, changed => changed.Ready(Link));
        Queue.RunAll();
        return session;
    }

    private protected SideWatch Watched(SideSession session, Bytes32? key, ulong id = 1, bool confirmed = true)
    {
        ConnectionTuple tuple = SideTuples.Of("192.0.2.1", 40_000 + (int)id, Peer.ToString(), 443);
        SideWatch connection = Set.Add(Sockets.Add(tuple, () => Kernel), key, session, id);
        if (confirmed)
        {
            Answer(session, id, SideAnswer.Watched);
        }

        return connection;
    }

    private protected void Answer(SideSession session, ulong id, SideAnswer answer, ulong received = AnswerMessage.Unknown, ulong sent = AnswerMessage.Unknown)
    {
        Set.TakeAnswer(session, new AnswerMessage(id, answer, received, sent));
        Queue.RunAll();
    }

    private protected void Unwatched(SideSession session, ulong id, UnwatchReason reason) => Set.TakeUnwatch(session, new UnwatchMessage(id, reason));

    private protected void Fall(SideSession session, LossDiagnosis diagnosis)
    {
        LossObservation observation = new() { Kind = LossKind.HeartbeatTimedOut, Silence = T, Bound = T, Evidence = new LossEvidence(), Decided = (diagnosis, LossCertainty.Likely) };
        Set.Change(session, changed => changed.Silent(Now));
        Pass(T);
        Set.Change(session, changed => changed.Ended(Now, LossFactory.Create(observation, DateTimeOffset.UnixEpoch)));
    }

    /// <summary>From now on: keepalive asks, and nothing comes.</summary>
    /// <param name="kernel">What else it shows; null = a connection that never carried a byte.</param>
    private protected void GoUnanswered(TcpInfoSnapshot? kernel = null)
    {
        TcpInfoSnapshot shown = kernel ?? ToldSockets.Fresh;

        // Only who has answered once can be missed.
        Told = () => shown with { SinceAckReceived = TimeSpan.FromTicks(Now.Ticks % TimeSpan.TicksPerSecond) };
        Pass(T);
        Instant heard = Now;
        Told = () => shown with { SinceAckReceived = Now - heard, UnansweredProbes = (int)Math.Max(0, (Now - heard).TotalSeconds) };
    }

    private protected void Pass(TimeSpan time)
    {
        for (TimeSpan passed = TimeSpan.Zero; passed < time; passed += s_step)
        {
            Kernel = Told?.Invoke() ?? Kernel;
            Clock.Advance(s_step);
            Queue.RunAll();
        }
    }

    private sealed class Owner : IWatchSetOwner
    {
        public List<int> Batches { get; } = [];

        public void StartConnectProbe(SideSession session, SideWatch example)
        {
        }

        public void OnStopped(SideWatch connection)
        {
        }

        public void OnLost(IReadOnlyList<SideWatch> connections) => Batches.Add(connections.Count);
    }
}
