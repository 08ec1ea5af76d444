using System.Net;
using Liveness.SideChannel;

namespace Liveness.Tests;

/// <summary>One end of a side connection: beats, silence, and what the messages on it say, byte by byte.</summary>
internal sealed class JudgeSideEnd : ISideLink
{
    private const double Interval = 0.25;
    private const double SuspectAfter = 0.4;

    private readonly JudgeNet _net;
    private readonly JudgeProcess _process;
    private readonly JudgeStream[] _ways;
    private readonly TimeSpan _t;
    private readonly SideMessageReader _reader = new();
    private readonly List<Instant> _sent = [];
    private readonly Random _jitter;
    private JudgeSideEnd _other = null!;
    private Instant _heardAt;
    private Instant _takenAt;
    private int _echoed;
    private int _newestHeard;

    private JudgeSideEnd(JudgeNet net, JudgeProcess process, JudgeLeg[] legs, bool isClient, IPAddress remote, ulong peerInstance)
    {
        _net = net;
        _process = process;
        _ways = [.. (isClient ? legs : legs.Reverse()).Select(leg => new JudgeStream(net, leg, isClient))];
        _t = process.T;
        _heardAt = _takenAt = net.Now;
        _jitter = new Random(isClient ? 1 : 2);
        _sent.Add(net.Now);
        Remote = new IPEndPoint(remote, 7001);
        Peer = new SideIdentity(1, peerInstance);
    }

    public IPEndPoint? Remote { get; }

    public SideIdentity Peer { get; }

    public ConnectionLoss? Loss { get; private set; }

    public bool IsOpen { get; private set; } = true;

    public SideSession Session { get; set; } = null!;

    private LivenessState State { get; set; } = LivenessState.Alive;

    private TimeSpan Silence => _process.Clock.Pauses.RunningTime(_heardAt, _net.Now);

    public static (JudgeSideEnd Client, JudgeSideEnd Server) Open(JudgeNet net, JudgeProcess client, JudgeProcess server, JudgeLeg[] legs, IPAddress serverSeen, IPAddress clientSeen)
    {
        JudgeSideEnd atClient = new(net, client, legs, true, serverSeen, server.Instance);
        JudgeSideEnd atServer = new(net, server, legs, false, clientSeen, client.Instance);
        (atClient._other, atServer._other) = (atServer, atClient);
        return (atClient, atServer);
    }

    public void Begin()
    {
        Beat();
        _net.Every(_t * 0.02, () =>
        {
            if (IsOpen && _process.Clock.Runs && !_process.IsGone)
            {
                _process.Clock.Run(Look);
            }

            return IsOpen && !_process.IsGone;
        });
    }

    public ConnectionSnapshot GetSnapshot() => new()
    {
        State = State,
        Silence = Silence,
        OutboundAge = _process.Clock.Pauses.RunningTime(_sent[_echoed], _net.Now),
    };

    public void Send(ReadOnlySpan<byte> messages)
    {
        byte[] bytes = messages.ToArray();
        Pass(() => _other.TakeBytes(bytes));
    }

    public void End(LossKind kind, LossDiagnosis diagnosis, bool peerIsTold)
    {
        if (!IsOpen)
        {
            return;
        }

        if (peerIsTold)
        {
            Pass(() => _other._process.Clock.Run(() => _other.End(LossKind.ConnectionReset, LossDiagnosis.PeerGaveUp, peerIsTold: false)));
        }

        IsOpen = false;
        LossObservation observation = new() { Kind = kind, Silence = Silence, Bound = _t, Evidence = new LossEvidence(), Decided = (diagnosis, LossCertainty.Likely) };
        Loss = LossFactory.Create(observation, DateTimeOffset.UnixEpoch);
        SideAnswering.NoteEnd(_process.Set, Session, this);
        _process.OnSideEnded(this);
    }

    private void Beat()
    {
        if (!IsOpen || _process.IsGone)
        {
            return;
        }

        int echo = _newestHeard;
        int number = _sent.Count;
        TimeSpan heardAgo = Silence;
        _sent.Add(_net.Now);
        Pass(() => _other.TakeBeat(number, echo, heardAgo));
        _net.After(_t * (Interval * (0.8 + (0.2 * _jitter.NextDouble()))), () => _process.Clock.Run(Beat));
    }

    private void TakeBeat(int number, int echo, TimeSpan heardAgo) => Take(() =>
    {
        _newestHeard = Math.Max(_newestHeard, number);
        _echoed = Math.Max(_echoed, echo);
        if (heardAgo >= _t)
        {
            End(LossKind.OutboundDead, LossDiagnosis.PathDeadOutbound, peerIsTold: true);
        }
    });

    private void TakeBytes(byte[] bytes) => Take(() =>
    {
        ReadOnlySpan<byte> input = bytes;
        while (_reader.TryRead(ref input, out SideMessageType type, out ReadOnlySpan<byte> payload))
        {
            _process.OnMessage(this, type, payload);
        }
    });

    private void Take(Action read)
    {
        if (!IsOpen || _process.IsGone)
        {
            return;
        }

        // Bytes wait in the kernel while the process is stopped.
        _process.Clock.Run(() =>
        {
            if (IsOpen)
            {
                _heardAt = _net.Now;
                if (State == LivenessState.Suspect)
                {
                    State = LivenessState.Alive;
                    SideAnswering.NoteHeartbeat(_process.Set, Session, this);
                }

                read();
            }
        });
    }

    private void Look()
    {
        if (Silence >= _t)
        {
            bool taken = _net.Now - _takenAt < _t / 2;
            End(LossKind.HeartbeatTimedOut, taken ? LossDiagnosis.PeerUnresponsive : LossDiagnosis.PeerHostOrPathDead, peerIsTold: true);
        }
        else if (Silence >= _t * SuspectAfter && State == LivenessState.Alive)
        {
            State = LivenessState.Suspect;
            SideAnswering.NoteHeartbeat(_process.Set, Session, this);
        }
    }

    private void Pass(Action arrive) => _ways[0].Send(() => Onward(1, arrive), () => _takenAt = _net.Now);

    private void Onward(int index, Action arrive)
    {
        if (index == _ways.Length)
        {
            arrive();
            return;
        }

        _ways[index].Send(() => Onward(index + 1, arrive), static () => { });
    }
}
