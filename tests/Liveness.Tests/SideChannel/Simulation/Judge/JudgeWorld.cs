using System.Net;
using System.Net.NetworkInformation;
using Liveness.KeepAlive;
using Liveness.SideChannel;

namespace Liveness.Tests;

/// <summary>
/// A client and a server, their processes and kernels, a proxy between them for some, and what is done to all of these. Watch sets,
/// sessions, verdicts and messages are the real ones.
/// </summary>
internal sealed class JudgeWorld
{
    private readonly JudgeHost _clientHost = new("192.0.2.1");
    private readonly JudgeHost _proxyHost = new("203.0.113.9");
    private readonly JudgeHost _serverHost = new("198.51.100.7");
    private readonly bool _sideByProxy;

    /// <summary>When an application stops using what it is told is lost.</summary>
    private readonly bool _closesWhatIsLost;

    public JudgeWorld(int seed, TimeSpan t, bool isEager)
    {
        Net = new JudgeNet(seed);
        T = t;
        Plan = new WitnessPlan(t);
        _sideByProxy = Net.Random.Next(3) == 0;
        _closesWhatIsLost = Net.Random.Next(2) == 0;
        SideLegs = Way(_sideByProxy);
        Server = NewServer();
        Client = new JudgeClient(this, _clientHost, Losses);
        int count = Net.Random.Next(4, 12);
        for (int number = 0; number < count; number++)
        {
            Open(number);
        }

        if (isEager)
        {
            Net.Every(TimeSpan.FromMilliseconds(5), () =>
            {
                LookNow(Client);
                LookNow(Server);
                return true;
            });
        }
    }

    public JudgeNet Net { get; }

    public TimeSpan T { get; }

    public WitnessPlan Plan { get; }

    public JudgeClient Client { get; }

    public JudgeServer Server { get; private set; }

    public JudgeLeg[] SideLegs { get; }

    public IPAddress SideAddress => (_sideByProxy ? _proxyHost : _serverHost).Address;

    /// <summary>Where the server's side connection comes from.</summary>
    public IPAddress ClientSeen => (_sideByProxy ? _proxyHost : _clientHost).Address;

    public bool SideByProxy => _sideByProxy;

    /// <summary>Nobody takes from it while the server is stopped.</summary>
    public bool QueueIsFull { get; set; }

    public List<JudgeConnection> Connections { get; } = [];

    public List<JudgeLoss> Losses { get; } = [];

    public IEnumerable<JudgeLeg> AllLegs => SideLegs.Concat(Connections.SelectMany(static connection => connection.Legs));

    public void KillHost(bool client) => (client ? _clientHost : _serverHost).IsUp = false;

    public static void Stop(JudgeProcess process) => process.Clock.Stop();

    public void Resume(JudgeProcess process)
    {
        process.Clock.Resume();
        Connections.ForEach(connection => (process == Client ? connection.AtClient : connection.AtServer).Reads());
    }

    /// <summary>Killed and started anew. What its kernel would say of the old connections is dropped.</summary>
    public void RestartServer()
    {
        Server.Die();
        Connections.ForEach(static connection => connection.AtServer.Forget());
        Server = NewServer();
        Client.OnPeerGone();
    }

    /// <summary>Of a growing queue that everything shares, in one direction.</summary>
    public void Fill(bool toServer, TimeSpan top, TimeSpan rise, TimeSpan duration)
    {
        Instant begun = Net.Now;
        foreach (JudgeLeg leg in AllLegs)
        {
            leg.Queue[toServer ? 1 : 0] = now =>
            {
                TimeSpan since = now - begun;
                double level = since < rise ? since / rise : since < duration ? 1 : Math.Max(0, 1 - ((since - duration) / rise));
                return top * level;
            };
        }
    }

    public void Write(JudgeConnection connection, bool fromClient, int bytes)
    {
        JudgeProcess process = fromClient ? Client : Server;
        if (process.Runs && (fromClient ? connection.ClientSocket : connection.ServerSocket) is not null)
        {
            (fromClient ? connection.AtClient : connection.AtServer).Write(bytes);
        }
    }

    public void Close(JudgeConnection connection, bool atClient)
    {
        if (atClient && connection.ClientSocket is { } mine)
        {
            connection.ClientSocket = null;
            Client.Sockets.Close(mine);
        }
        else if (!atClient && connection.ServerSocket is { } theirs)
        {
            connection.ServerSocket = null;
            Server.Sockets.Close(theirs);
        }
    }

    private JudgeServer NewServer()
    {
        JudgeServer server = null!;
        server = new JudgeServer(Net, _serverHost, T, Losses) { Table = tuple => StateOf(tuple) };
        server.Lost = OnLost;
        return server;
    }

    private void OnLost(JudgeLoss loss)
    {
        if (_closesWhatIsLost)
        {
            Close(loss.Connection, loss.AtClient);
        }
    }

    private TcpState? StateOf(ConnectionTuple tuple)
    {
        JudgeConnection? found = Connections.Find(connection => connection.ServerTuple == tuple);
        return found is null || found.AtServer.State == TcpState.Closed ? null : found.AtServer.State;
    }

    private void Open(int number)
    {
        Random random = Net.Random;
        bool byProxy = random.Next(3) == 0;
        bool swallows = random.Next(8) == 0;
        JudgeLeg[] legs = Way(byProxy, swallows);
        JudgeKernel client = new(Net, _clientHost, legs[0], isClient: true) { IsRead = () => Client.Runs };
        JudgeKernel atLeft = new(Net, byProxy ? _proxyHost : _serverHost, legs[0], isClient: false);
        JudgeKernel[] kernels = [client, atLeft];
        (client.Other, atLeft.Other) = (atLeft, client);
        if (byProxy)
        {
            JudgeKernel atRight = new(Net, _proxyHost, legs[1], isClient: true);
            JudgeKernel server = new(Net, _serverHost, legs[1], isClient: false);
            (atRight.Other, server.Other) = (server, atRight);
            (atLeft.Received, atRight.Received) = (atRight.Write, atLeft.Write);
            (atLeft.Finished, atRight.Finished) = (atRight.Close, atLeft.Close);
            kernels = [client, atLeft, atRight, server];
        }

        kernels[^1].IsRead = () => Server.Runs;
        Bytes32? key = byProxy ? random.Next(4) > 0 ? new Bytes32(1, (UInt128)number) : null : random.Next(4) == 0 ? new Bytes32(2, (UInt128)number) : null;
        int port = 40_000 + number;
        JudgeConnection connection = new()
        {
            Number = number,
            Legs = legs,
            Kernels = kernels,
            Key = key,
            ServerTuple = SideTuples.Of(_serverHost.Address.ToString(), 443, (byProxy ? _proxyHost : _clientHost).Address.ToString(), port),
        };
        for (int end = 0; end < 2; end++)
        {
            SocketReading reading = random.Next(10) == 0 ? random.Next(2) == 0 ? SocketReading.Refused : SocketReading.Implausible : SocketReading.Taken;
            (end == 1 ? client : kernels[^1]).Reading = reading;
            connection.HasWitness[end] = reading == SocketReading.Taken && !swallows;
        }

        connection.ServerSocket = Server.Sockets.Open(connection.ServerTuple, connection.AtServer);
        connection.ClientSocket = Client.Sockets.Open(
            SideTuples.Of(_clientHost.Address.ToString(), port, (byProxy ? _proxyHost : _serverHost).Address.ToString(), 443), client);
        Connections.Add(connection);
        Server.Clock.Run(() => connection.ServerWatch = Server.Watch(connection));
        Client.Clock.Run(() => connection.ClientWatch = Client.Watch(connection));
        Client.Lost = OnLost;
    }

    private JudgeLeg[] Way(bool byProxy, bool swallows = false) => byProxy
        ? [new JudgeLeg(Net, _clientHost, _proxyHost) { SwallowsProbes = swallows }, new JudgeLeg(Net, _proxyHost, _serverHost) { SwallowsProbes = swallows }]
        : [new JudgeLeg(Net, _clientHost, _serverHost) { SwallowsProbes = swallows }];

    private static void LookNow(JudgeProcess process)
    {
        if (process.Runs)
        {
            process.Clock.Run(process.LookNow);
        }
    }
}
