using System.Net.NetworkInformation;
using Liveness.KeepAlive;

namespace Liveness.Tests.Kernel.Laziness;

/// <summary>
/// What one seed makes of a connection as Linux would show it: writes, data of the peer, cuts each way, a window that closes; in steps of a
/// millisecond. Idle 2 s, interval 1 s, user timeout 6 s.
/// </summary>
internal sealed class ScheduledKernel
{
    private const int Idle = 2_000;
    private const int Interval = 1_000;
    private const int UserTimeout = 6_000;
    private const int FirstTimeout = 204;
    private const int LongestTimeout = 120_000;

    private readonly Random _dice;
    private readonly int _trip;
    private readonly List<(int From, int To)> _outCuts = [];
    private readonly List<(int From, int To)> _inCuts = [];
    private readonly List<(int From, int To)> _closedWindows = [];
    private readonly Queue<int> _answersDue = new();
    private readonly int? _resetAt;
    private readonly int? _finAt;
    private readonly int _peerPace;
    private TcpState _state = TcpState.Established;
    private int _unacked;
    private int _oldestSentAt;
    private int _resendAt;
    private int _timeout = FirstTimeout;
    private int _retransmits;
    private int _probes;
    private int _probeAt = Idle;
    private int _ackedAt;
    private int _dataAt;
    private long _segments = 2;
    private long _received;
    private long _sent = 1;
    private long _acknowledged = 2;
    private long _timeouts;
    private int _nextWrite;
    private int _nextPeerData;

    public ScheduledKernel(int seed)
    {
        _dice = new Random(seed);
        _trip = _dice.Next(1, 80);

        // A look does not tell whether what was heard came before data began to wait: a slower peer is believed one segment later.
        _peerPace = _dice.Next(3) == 0 ? int.MaxValue : _dice.Next(100, 900);
        _nextWrite = _dice.Next(3) == 0 ? int.MaxValue : _dice.Next(1, 4_000);
        _nextPeerData = _peerPace == int.MaxValue ? int.MaxValue : _dice.Next(1, _peerPace);
        foreach (List<(int, int)> spans in new[] { _outCuts, _inCuts, _outCuts, _inCuts, _closedWindows })
        {
            int from = _dice.Next(1_000, End);
            int length = _dice.Next(1, _dice.Next(2) == 0 ? 1_500 : 9_000);
            if (_dice.Next(2) == 0)
            {
                spans.Add((from, from + length));
            }
        }

        _resetAt = _dice.Next(4) == 0 ? _dice.Next(End) : null;
        _finAt = _dice.Next(4) == 0 ? _dice.Next(End) : null;
    }

    public static int End => 30_000;

    public TcpInfoSnapshot Now(int now) => WatchRig.Linux(
        probes: _probes, retransmits: _retransmits, backoff: _retransmits,
        unacked: IsClosed(now) ? 0 : _unacked, unsent: IsClosed(now) ? _unacked * 1_448 : 0,
        window: IsClosed(now) ? 0 : 65_536, segments: _segments, acknowledged: _acknowledged, received: _received, state: _state) with
    {
        SinceAckReceived = TimeSpan.FromMilliseconds(now - _ackedAt),
        SinceDataReceived = TimeSpan.FromMilliseconds(now - _dataAt),
        TimeoutEpisodes = _timeouts,
        BytesSent = _sent,
        RoundTrip = TimeSpan.FromMilliseconds(_trip),
    };

    /// <summary>One millisecond more.</summary>
    public void Step(int now)
    {
        if (_state != TcpState.Established)
        {
            return;
        }

        if (now == _resetAt && !IsIn(_inCuts, now))
        {
            _segments++;
            _state = TcpState.Closed;
            return;
        }

        if (now == _finAt && !IsIn(_inCuts, now))
        {
            _state = TcpState.CloseWait;
            return;
        }

        Write(now);
        HearData(now);
        HearAnswers(now);
        Resend(now);
        Probe(now);
        GiveUp(now);
    }

    private static bool IsIn(List<(int From, int To)> spans, int at) => spans.Exists(span => at >= span.From && at < span.To);

    private bool IsClosed(int now) => _unacked > 0 && IsIn(_closedWindows, now);

    private void Write(int now)
    {
        if (now != _nextWrite)
        {
            return;
        }

        if (_unacked == 0)
        {
            _oldestSentAt = now;
            _resendAt = now + FirstTimeout;
        }

        int segments = _dice.Next(1, 12);
        _unacked += segments;
        _sent += segments * 1_448;
        _nextWrite = now + _dice.Next(1, 4_000);
        Send(now);
    }

    private void HearData(int now)
    {
        if (now != _nextPeerData)
        {
            return;
        }

        _nextPeerData = now + _peerPace;
        if (!IsIn(_inCuts, now))
        {
            _segments++;
            _received += 10;
            _dataAt = _ackedAt = now;
            _probes = 0;
            _probeAt = now + Idle;
        }
    }

    private void Send(int now)
    {
        if (!IsIn(_outCuts, now))
        {
            _answersDue.Enqueue(now + _trip);
        }
    }

    private void HearAnswers(int now)
    {
        while (_answersDue.TryPeek(out int due) && due <= now)
        {
            _answersDue.Dequeue();
            if (IsIn(_inCuts, now))
            {
                continue;
            }

            _segments++;
            _ackedAt = now;
            _probes = 0;
            _probeAt = now + Idle;
            if (!IsClosed(now))
            {
                _acknowledged += _unacked * 1_448;
                _unacked = 0;
                _retransmits = 0;
                _timeout = FirstTimeout;
            }
        }
    }

    private void Resend(int now)
    {
        if (_unacked == 0 || now < _resendAt)
        {
            return;
        }

        _retransmits++;
        _timeouts += _retransmits == 1 ? 1 : 0;
        _probes += IsClosed(now) ? 1 : 0;
        _timeout = Math.Min(LongestTimeout, _timeout * 2);
        _resendAt = now + _timeout;
        Send(now);
    }

    private void Probe(int now)
    {
        if (_unacked > 0 || now < _probeAt)
        {
            return;
        }

        _probes++;
        _probeAt = now + Interval;
        Send(now);
    }

    private void GiveUp(int now)
    {
        int heardAt = Math.Max(_ackedAt, _dataAt);
        bool overProbes = _unacked == 0 && _probes > 0 && now - heardAt >= UserTimeout;
        bool overData = _unacked > 0 && now - Math.Max(_oldestSentAt, IsClosed(now) ? 0 : _ackedAt) >= UserTimeout;
        if (overProbes || overData)
        {
            _state = TcpState.Closed;
        }
    }
}
