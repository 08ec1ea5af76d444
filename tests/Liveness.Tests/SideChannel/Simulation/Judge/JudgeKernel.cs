using System.Net.NetworkInformation;
using Liveness.KeepAlive;
using Liveness.SideChannel;

namespace Liveness.Tests;

/// <summary>
/// One host's end of a connection over one leg, as its kernel runs it: keepalive while idle, repetitions while data waits, probes of a
/// closed window.
/// </summary>
internal sealed class JudgeKernel(JudgeNet net, JudgeHost host, JudgeLeg leg, bool isClient)
{
    private const long Room = 20_000;
    private static readonly TimeSpan s_leastTimeout = TimeSpan.FromMilliseconds(200);
    private Instant _heardAt = net.Now;
    private Instant _bytesAt = net.Now;
    private TimeSpan _timeout = s_leastTimeout;
    private int _timer;
    private int _unanswered;
    private long _sent;
    private long _segments;
    private Instant _sentAt = net.Now;
    private long _taken;
    private long _received;
    private long _unread;
    private long _window = Room;

    public JudgeKernel Other { get; set; } = null!;

    public WitnessPlan? Keepalive { get; set; }

    public TcpState State { get; private set; } = TcpState.Established;

    /// <summary>Whether an error waits, and how what the kernel shows is seen.</summary>
    public SocketReading Reading { get; set; } = SocketReading.Taken;

    /// <summary>A stopped process reads nothing.</summary>
    public Func<bool> IsRead { get; set; } = () => true;

    /// <summary>Where a proxy passes bytes on.</summary>
    public Action<long>? Received { get; set; }

    public Action? Finished { get; set; }

    public bool HasUnread => _unread > 0;

    public long BytesReceived => _received;

    private bool Lives => host.IsUp && State != TcpState.Closed;

    private bool DataWaits => _taken < _sent;

    public void Start() => Arm(Keepalive?.Idle ?? TimeSpan.FromDays(1));

    public void Write(long bytes)
    {
        if (Lives)
        {
            _sent += bytes;
            Transmit();
        }
    }

    public void Close()
    {
        if (Lives)
        {
            State = State == TcpState.CloseWait ? TcpState.LastAck : TcpState.FinWait1;
            SendFin(s_leastTimeout);
        }
    }

    /// <summary>It has forgotten the connection, and what it would say of that is dropped.</summary>
    public void Forget() => State = TcpState.Closed;

    public void Reads()
    {
        if (_unread > 0)
        {
            _unread = 0;
            leg.Send(isClient, () => Other.TakeAck(_received, Room, answersProbe: false));
        }
    }

    public TcpInfoSnapshot Snapshot() => new()
    {
        State = State,
        UnansweredProbes = _unanswered,
        Backoff = _window <= 0 && DataWaits ? 1 + _unanswered : 0,
        RetransmissionTimeout = _timeout,
        RoundTrip = leg.RoundTrip,
        SinceDataSent = net.Now - _sentAt,
        UnacknowledgedSegments = DataWaits && _window > 0 ? 1 : 0,
        UnsentBytes = DataWaits && _window <= 0 ? _sent - _taken : 0,
        SinceAckReceived = net.Now - _heardAt,
        SinceDataReceived = net.Now - _bytesAt,
        BytesSent = _sent,
        SegmentsSent = _segments,
        BytesRetransmitted = 0,
        BytesAcknowledged = _taken,
        BytesReceived = _received,
        PeerWindowBytes = Math.Max(0, _window),
    };

    private void Transmit()
    {
        long end = Math.Min(_sent, _taken + Math.Max(0, _window));
        _segments++;
        _sentAt = net.Now;
        leg.Send(isClient, () => Other.TakeData(end));
        Arm(_timeout);
    }

    private void TakeData(long end)
    {
        if (!Lives)
        {
            return;
        }

        long fresh = Math.Clamp(end - _received, 0, Room - _unread);
        _received += fresh;
        _unread += fresh;
        if (fresh > 0)
        {
            _heardAt = _bytesAt = net.Now;
            _unanswered = 0;
            Received?.Invoke(fresh);
        }

        if (IsRead())
        {
            _unread = 0;
        }

        long received = _received;
        long window = Room - _unread;
        _segments++;
        leg.Send(isClient, () => Other.TakeAck(received, window, answersProbe: false));
    }

    private void TakeProbe(bool ofWindow)
    {
        if (Lives)
        {
            long received = _received;
            long window = Room - _unread;
            _segments++;
            leg.Send(isClient, () => Other.TakeAck(received, window, answersProbe: !ofWindow));
        }
    }

    private void TakeAck(long received, long window, bool answersProbe)
    {
        if (!Lives || (answersProbe && leg.SwallowsProbes))
        {
            return;
        }

        _heardAt = net.Now;
        _unanswered = 0;
        if (received > _taken)
        {
            _taken = received;
            _timeout = s_leastTimeout;
        }

        bool opened = _window <= 0 && window > 0;
        _window = window;
        if (DataWaits && (opened || received > 0))
        {
            if (opened)
            {
                Transmit();
            }
            else if (_window > 0)
            {
                Arm(_timeout);
            }
            else
            {
                Arm(s_leastTimeout);
            }
        }
        else if (!DataWaits)
        {
            Arm(Keepalive?.Idle ?? TimeSpan.FromDays(1));
        }
    }

    private void SendFin(TimeSpan timeout)
    {
        if (!leg.Send(isClient, Other.TakeFin))
        {
            net.After(timeout, () => SendFin(timeout * 2));
        }
    }

    private void TakeFin()
    {
        if (!Lives)
        {
            return;
        }

        _heardAt = net.Now;
        State = State == TcpState.Established ? TcpState.CloseWait : TcpState.TimeWait;
        leg.Send(isClient, () => Other.State = Other.State == TcpState.FinWait1 ? TcpState.FinWait2 : Other.State);
        Finished?.Invoke();
    }

    private void Arm(TimeSpan delay)
    {
        int timer = ++_timer;
        net.After(delay, () =>
        {
            if (timer == _timer && Lives)
            {
                OnTimer();
            }
        });
    }

    private void OnTimer()
    {
        if (DataWaits && _window > 0)
        {
            _timeout *= 2;
            Transmit();
        }
        else if (DataWaits || Keepalive is not null)
        {
            TimeSpan idle = net.Now - Instant.Max(_heardAt, _bytesAt);
            if (!DataWaits && idle < Keepalive!.Value.Idle)
            {
                Arm(Keepalive.Value.Idle - idle);
                return;
            }

            _segments++;
            bool ofWindow = DataWaits;
            leg.Send(isClient, () => Other.TakeProbe(ofWindow));
            _unanswered++;
            Arm(DataWaits ? s_leastTimeout * (1 << Math.Min(_unanswered, 8)) : Keepalive!.Value.Interval);
        }
    }
}
