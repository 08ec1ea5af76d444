using System.Net;
using Liveness.SideChannel;

namespace Liveness.Tests;

/// <summary>The connecting end: keeps the side connection up, knocks, and asks.</summary>
internal sealed class JudgeClient : JudgeProcess
{
    private static readonly TimeSpan s_handshakeTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    private readonly JudgeWorld _world;
    private readonly SideSession _session;
    private JudgeSideEnd? _link;
    private TimeSpan _delay;
    private ulong _ids;

    public JudgeClient(JudgeWorld world, JudgeHost host, List<JudgeLoss> losses)
        : base(world.Net, host, world.T, losses)
    {
        _world = world;
        _session = new SideSession(isAcceptingEnd: false, new IPEndPoint(world.SideAddress, 7001), Net.Now);
        Net.After(TimeSpan.Zero, () => Clock.Run(Knock));
    }

    public bool IsUp => _link is { IsOpen: true } && _session.State == SideState.Alive;

    public SideWatch Watch(JudgeConnection connection)
    {
        SideWatch watched = Set.Add(connection.ClientSocket, connection.Key, _session, ++_ids);
        Known.Add(watched, connection);
        return watched;
    }

    /// <summary>Its process is gone, and its kernel says so.</summary>
    public void OnPeerGone() => Clock.Run(() => _link?.End(LossKind.ConnectionReset, LossDiagnosis.PeerClosed, peerIsTold: false));

    public override void OnSideEnded(JudgeSideEnd link)
    {
        _link = null;
        _delay = TimeSpan.Zero;
        Net.After(TimeSpan.Zero, () => Clock.Run(Knock));
    }

    public override string? OnMessage(JudgeSideEnd link, SideMessageType type, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case SideMessageType.Answer:
                Set.TakeAnswer(_session, SideMessageDecoder.ReadAnswer(payload));
                break;
            case SideMessageType.Ask:
                SideAnswering.AnswerAsk(Set, _session, link, payload);
                break;
            case SideMessageType.Unwatch:
                Set.TakeUnwatch(_session, SideMessageDecoder.ReadUnwatch(payload));
                break;
        }

        return null;
    }

    public override void StartConnectProbe(SideSession session, SideWatch example)
    {
        // A new connection to that address, by a way of its own: it is the host there that answers.
        UInt128 address = example.Entry.Tuple.Remote;
        JudgeHost asked = Known[example].Legs[0].HostAt(toServer: true);
        Instant until = Net.Now + T;
        Net.Every(s_look, () =>
        {
            bool answered = asked.IsUp && Host.IsUp;
            if (!answered && Net.Now < until)
            {
                return true;
            }

            Clock.Run(() => Set.Change(session, changed => changed.EndProbe(address, answered)));
            return false;
        });
    }

    /// <summary>
    /// One attempt: the neighbour's kernel takes the connection, the server's process takes notice, and greets or turns away.
    /// </summary>
    private void Knock()
    {
        if (IsGone || _link is not null)
        {
            return;
        }

        Instant begunAt = Net.Now;
        _session.Knock(begunAt);
        SideSession[]? arrivedFor = null;
        Net.Every(s_look, () =>
        {
            if (IsGone || !Host.IsUp)
            {
                return false;
            }

            JudgeLeg[] legs = _world.SideLegs;
            JudgeServer server = _world.Server;
            bool isTaken = legs[0].Works && (legs.Length > 1 || server.Runs || !_world.QueueIsFull);
            bool reachesServer = isTaken && Array.TrueForAll(legs, static leg => leg.IsUp[1]) && server.Runs;
            bool comesBack = reachesServer && Array.TrueForAll(legs, static leg => leg.IsUp[0]);
            TimeSpan way = legs.Aggregate(TimeSpan.Zero, static (sum, leg) => sum + leg.RoundTrip);
            if (reachesServer && !server.DoorIsFull && arrivedFor is null)
            {
                server.Clock.Run(() => arrivedFor = server.Set.NoteArrival(_world.ClientSeen));
            }

            if (Net.Now - begunAt >= s_handshakeTimeout)
            {
                Leave(server, arrivedFor, opened: false);
                Clock.Run(Again);
                return false;
            }

            if (!comesBack || Net.Now - begunAt < way * 2 || !Clock.Runs)
            {
                return true;
            }

            _session.KnockAnswered();
            if (server.DoorIsFull)
            {
                Clock.Run(Again);
                return false;
            }

            Leave(server, arrivedFor, opened: true);
            Open(server, legs);
            return false;
        });
    }

    private void Leave(JudgeServer server, SideSession[]? arrivedFor, bool opened)
    {
        if (arrivedFor is not null && server.Host.IsUp)
        {
            server.Clock.Run(() => server.Set.NoteDeparture(arrivedFor, _world.ClientSeen, opened));
        }
    }

    private void Open(JudgeServer server, JudgeLeg[] legs)
    {
        (JudgeSideEnd client, JudgeSideEnd atServer) = JudgeSideEnd.Open(Net, this, server, legs, _world.SideAddress, _world.ClientSeen);
        _link = client;
        client.Session = _session;
        server.Clock.Run(() => server.Accept(atServer));
        Clock.Run(() =>
        {
            Set.Change(_session, session => session.Ready(client));
            client.Begin();
            foreach (SideWatch watched in Set.All())
            {
                SendWatch(client, watched);
            }
        });
    }

    private static void SendWatch(JudgeSideEnd link, SideWatch watched)
    {
        Span<byte> message = stackalloc byte[SideLimits.MaxMessage];
        int length = watched.Entry.KeyHash is { } hash
            ? SideMessageWriter.WriteWatchKey(message, new WatchKeyMessage(watched.Entry.Id, hash.Value, SideNonce.Draw()))
            : SideMessageWriter.WriteWatch(message, new WatchMessage(watched.Entry.Id, watched.Entry.Tuple, SideNonce.Draw()));
        link.Send(message[..length]);
    }

    private void Again()
    {
        _delay = _delay == TimeSpan.Zero ? TimeSpan.FromSeconds(1) : _delay * 2 < TimeSpan.FromSeconds(30) ? _delay * 2 : TimeSpan.FromSeconds(30);
        Net.After(_delay * (0.5 + Net.Random.NextDouble()), () => Clock.Run(Knock));
    }
}
