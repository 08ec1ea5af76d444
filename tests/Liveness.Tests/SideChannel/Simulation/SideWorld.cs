using System.Net;
using System.Net.NetworkInformation;
using Liveness.SideChannel;

namespace Liveness.Tests;

/// <summary>
/// Two hosts, many data connections and one side connection between them, in virtual time. What is judged, answered and agreed is done by
/// the pure parts alone.
/// </summary>
internal sealed class SideWorld
{
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);
    private static readonly UInt128 s_clientAddress = ConnectionTuple.AddressOf(IPAddress.Parse("192.0.2.1"));
    private static readonly UInt128 s_serverAddress = ConnectionTuple.AddressOf(IPAddress.Parse("198.51.100.7"));
    private readonly Random _random;
    private readonly bool[] _hostIsUp = [true, true];
    private readonly SideSimProcess[] _processes;
    private ulong _instances;
    private ushort _ports = 40_000;
    private bool _established;
    private Instant _nextRebuild;

    public SideWorld(TimeSpan detectWithin, int connections, int seed = 1)
    {
        T = detectWithin;
        Plan = new WitnessPlan(detectWithin);
        _random = new Random(seed);
        _processes = [NewProcess(false), NewProcess(true)];
        for (int i = 0; i < connections; i++)
        {
            Open();
        }
    }

    public TimeSpan T { get; }

    public WitnessPlan Plan { get; }

    public Instant Now { get; private set; } = new(TimeSpan.TicksPerDay);

    /// <summary>Of each probe or data segment with its answer. At small T a connection is lost that loses four in a row.</summary>
    public double PacketLoss { get; set; }

    public bool SidePathIsUp { get; set; } = true;

    public List<SideSimConnection> Connections { get; } = [];

    public List<SideSimLoss> Losses { get; } = [];

    public SideSimProcess Client => _processes[1];

    public SideSimProcess Server => _processes[0];

    public void Open()
    {
        SideSimConnection connection = new(new ConnectionTuple(s_clientAddress, s_serverAddress, _ports++, 443), Plan, Now);
        Connections.Add(connection);
        Server.Watch(connection, Now);
        Client.Watch(connection, Now);
        if (_established)
        {
            AskAll();
        }
    }

    public void Run(TimeSpan duration)
    {
        for (Instant end = Now + duration; Now < end;)
        {
            Step();
        }
    }

    public void Step()
    {
        Now += Tick;
        foreach (SideSimConnection connection in Connections)
        {
            StepKernels(connection);
        }

        StepSide();
        foreach (SideSimProcess process in _processes.Where(process => process.Runs && HostOf(process)))
        {
            Judge(process);
        }
    }

    public void KillHost(bool client) => _hostIsUp[client ? 1 : 0] = false;

    public void Stop(SideSimProcess process)
    {
        process.Runs = false;
        SetReading(process, false);
    }

    /// <summary>Its pause is in its ledger, and is subtracted from what it measures.</summary>
    public void Resume(SideSimProcess process, TimeSpan pause)
    {
        process.Runs = true;
        process.HeardAt += pause;
        process.UngreetedSince += pause;
        SetReading(process, true);
    }

    /// <summary>
    /// Kills a process and starts it anew on the same port. The resets of its data connections are dropped; its side connection ends at
    /// once.
    /// </summary>
    public void Restart(bool client, TcpState left = TcpState.Closed)
    {
        _processes[client ? 1 : 0] = NewProcess(client);
        foreach (SideSimConnection connection in Connections)
        {
            connection.At(client).State = left;
        }

        Break();
    }

    private SideSimProcess NewProcess(bool client) => new(client, ++_instances, client ? s_clientAddress : s_serverAddress, Now);

    private bool HostOf(SideSimProcess process) => _hostIsUp[process.IsClient ? 1 : 0];

    private SideSimProcess PeerOf(SideSimProcess process) => _processes[process.IsClient ? 0 : 1];

    private void SetReading(SideSimProcess process, bool reads)
    {
        foreach (SideSimConnection connection in Connections)
        {
            connection.At(process.IsClient).IsRead = reads;
        }
    }

    private void StepKernels(SideSimConnection connection)
    {
        bool carries = connection.PathIsUp && _hostIsUp[0] && _hostIsUp[1];
        foreach (bool client in (bool[])[false, true])
        {
            if (_hostIsUp[client ? 1 : 0])
            {
                connection.At(client).Step(connection.At(!client), carries, Now, _random, PacketLoss);
            }
        }
    }

    private void StepSide()
    {
        bool path = SidePathIsUp && _hostIsUp[0] && _hostIsUp[1];
        if (_established && path && Client.Runs && Server.Runs)
        {
            Client.HeardAt = Server.HeardAt = Now;
        }

        foreach (SideSimProcess process in _processes.Where(process => _established && process.Runs && Now - process.HeardAt >= T))
        {
            Break();
            process.SideDiagnosis = path ? LossDiagnosis.PeerUnresponsive : LossDiagnosis.PeerHostOrPathDead;
        }

        if (!_established && Client.Runs && _hostIsUp[1] && Now >= _nextRebuild)
        {
            // A stopped process greets whoever waits as soon as it runs again.
            Client.Probe = _hostIsUp[0] && (path || Connections.Exists(connection => connection.PathIsUp)) ? ConnectProbe.Answered : ConnectProbe.Unanswered;
            Client.UngreetedSince = path ? Instant.Min(Client.UngreetedSince, Now) : Instant.Never;
            _nextRebuild = path ? Now : Now + TimeSpan.FromSeconds(0.5 + _random.NextDouble());
            if (path && Server.Runs)
            {
                Establish();
            }
        }
    }

    private void Break()
    {
        _established = false;
        _nextRebuild = Now;
        Client.SideDiagnosis = Server.SideDiagnosis = LossDiagnosis.Unknown;
        Client.Probe = ConnectProbe.NotStarted;
        Client.UngreetedSince = Instant.Never;
    }

    private void Establish()
    {
        SideSimHandshake.Run(Client.Instance, Server.Instance, _random);
        _established = true;
        foreach (SideSimProcess process in _processes)
        {
            process.HasHadSide = true;
            process.HeardAt = Now;
            process.SideDiagnosis = LossDiagnosis.Unknown;
            process.Probe = ConnectProbe.NotStarted;
        }

        Client.UngreetedSince = Instant.Never;
        AskAll();
    }

    private void AskAll()
    {
        foreach (SideSimProcess process in _processes)
        {
            foreach (SideSimWatch watch in process.Watches)
            {
                Ask(process, watch);
            }
        }
    }

    private void Ask(SideSimProcess process, SideSimWatch watch)
    {
        SideSimProcess peer = PeerOf(process);
        byte[] wire = SideMessages.Write(room => SideMessageWriter.WriteWatch(room, new WatchMessage(7, watch.Kernel.Tuple, 9)));
        watch.Take(peer.Answer(wire, process.Address, Connections), peer.Instance, Now);
    }

    private void Judge(SideSimProcess process)
    {
        TimeSpan silent = Now - process.HeardAt;
        SideState side = !process.HasHadSide ? SideState.Never
            : _established && silent < T * 0.375 ? SideState.Alive
            : SideState.Silent;
        foreach (SideSimWatch watch in process.Watches)
        {
            if (Now >= watch.NextLook || side != SideState.Alive || watch.Witness == WitnessState.Failed)
            {
                watch.Look(Now, T);
                watch.NextLook = Now + Plan.LookEvery;
            }

            SideFacts facts = watch.Facts(Now, PeerOf(process).Instance) with
            {
                Side = side,
                SideSilentFor = silent,
                SideDiagnosis = process.SideDiagnosis,
                Probe = process.Probe,
                UngreetedFor = process.UngreetedSince == Instant.Never ? TimeSpan.Zero : Now - process.UngreetedSince,
                IsAcceptingEnd = !process.IsClient,
                DetectWithin = T,
                WitnessBound = Plan.Bound,
            };
            SideVerdict verdict = SideVerdicts.Judge(facts);
            watch.Conditions = verdict.Conditions;
            if (verdict.Loss is { } loss)
            {
                watch.IsLost = true;
                Losses.Add(new SideSimLoss(watch.Connection, process.IsClient, Now, loss, verdict.Diagnosis, verdict.Certainty, facts));
            }
            else if (verdict.Ask && SidePathIsUp && PeerOf(process).Runs)
            {
                Ask(process, watch);
            }
        }
    }
}
