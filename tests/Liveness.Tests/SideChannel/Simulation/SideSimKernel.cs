using System.Net.NetworkInformation;
using Liveness.KeepAlive;
using Liveness.SideChannel;

namespace Liveness.Tests;

/// <summary>
/// One host's end of a data connection as its kernel runs it: keepalive while idle, retransmissions while data waits, probes of a closed
/// window.
/// </summary>
internal sealed class SideSimKernel(ConnectionTuple tuple, WitnessPlan plan, Instant start)
{
    private const long Room = 20_000;
    private static readonly TimeSpan s_leastTimeout = TimeSpan.FromMilliseconds(200);
    private Instant _heardAt = start;
    private Instant _bytesAt = start;
    private Instant _nextTry = start + plan.Idle;
    private TimeSpan _timeout = s_leastTimeout;
    private int _unanswered;
    private int _backoff;
    private long _sent;
    private long _taken;
    private long _received;
    private long _unread;
    private bool _windowIsClosed;

    public ConnectionTuple Tuple => tuple;

    /// <summary>Closed = this host does not know it any more, and sends no reset that would arrive.</summary>
    public TcpState State { get; set; } = TcpState.Established;

    /// <summary>False while its process is stopped.</summary>
    public bool IsRead { get; set; } = true;

    public Instant HeardAt => _heardAt;

    public long Received => _received;

    public long Taken => _taken;

    private bool DataWaits => _taken < _sent;

    public void Write(long bytes, Instant now)
    {
        if (!DataWaits)
        {
            _nextTry = now;
        }

        _sent += bytes;
    }

    /// <summary>What is due at <paramref name="now"/>: one attempt to reach the other end.</summary>
    public void Step(SideSimKernel other, bool carries, Instant now, Random random, double loss)
    {
        if (IsRead)
        {
            _unread = 0;
        }

        // Who reads again says so.
        bool windowOpened = _windowIsClosed && other.IsRead && carries;
        if (State == TcpState.Closed || (now < _nextTry && !windowOpened))
        {
            return;
        }

        if (!carries || other.State == TcpState.Closed || random.NextDouble() < loss)
        {
            Miss(now);
        }
        else
        {
            Reach(other, now);
        }
    }

    public TcpInfoSnapshot Snapshot(Instant now) => new()
    {
        State = State,
        UnansweredProbes = _unanswered,
        Backoff = _backoff,
        RetransmissionTimeout = _windowIsClosed ? s_leastTimeout : _timeout,
        RoundTrip = TimeSpan.Zero,
        UnacknowledgedSegments = DataWaits && !_windowIsClosed ? 1 : 0,
        UnsentBytes = _windowIsClosed ? _sent - _taken : 0,
        SinceAckReceived = now - _heardAt,
        SinceDataReceived = now - _bytesAt,
        BytesSent = _sent,
        BytesRetransmitted = 0,
        BytesAcknowledged = _taken,
        BytesReceived = _received,
        PeerWindowBytes = _windowIsClosed ? 0 : Room,
    };

    private void Reach(SideSimKernel other, Instant now)
    {
        _heardAt = now;
        _unanswered = 0;
        long fits = DataWaits ? Math.Min(_sent - _taken, Room - other._unread) : 0;
        if (fits > 0)
        {
            _taken += fits;
            other._received += fits;
            other._unread += fits;
            other._heardAt = other._bytesAt = now;
        }

        _windowIsClosed = DataWaits;
        _timeout = s_leastTimeout;
        _backoff = _windowIsClosed ? Math.Min(_backoff + 1, 9) : 0;
        _nextTry = now + (_windowIsClosed ? s_leastTimeout * (1 << _backoff) : plan.Idle);
    }

    private void Miss(Instant now)
    {
        if (!DataWaits)
        {
            _unanswered++;
            _nextTry = now + plan.Interval;
        }
        else if (_windowIsClosed)
        {
            _unanswered++;
            _backoff = Math.Min(_backoff + 1, 9);
            _nextTry = now + (s_leastTimeout * (1 << _backoff));
        }
        else
        {
            _backoff++;
            _timeout *= 2;
            _nextTry = now + _timeout;
        }
    }
}
