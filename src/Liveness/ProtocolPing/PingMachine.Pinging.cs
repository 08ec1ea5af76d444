namespace Liveness;

/// <content>When to ask: never two pings at once, and never many to a peer that answers them one after the other.</content>
internal sealed partial class PingMachine
{
    private static readonly TimeSpan s_longestReadSideChance = TimeSpan.FromSeconds(1);

    private bool _isWanted;

    /// <summary>A ping is on its way to the application, or with it.</summary>
    private Instant? _handedOverAt;

    /// <summary>The application was called, and has not returned yet.</summary>
    private Instant? _begunAt;

    /// <summary>The oldest ping that nothing was received after.</summary>
    private Instant? _askedAt;
    private bool _askedOnIdleLine;
    private int _unanswered;
    private TimeSpan? _answer;
    private Exception? _failure;
    private Instant _failedAt;

    /// <summary>A ping is to leave now.</summary>
    public bool CanPing => _isWanted && _handedOverAt is null && _failure is null;

    public long PingsSent { get; private set; }

    /// <summary>From a ping on an idle line to the next byte: the path and the peer's own time together.</summary>
    public TimeSpan? RoundTrip { get; private set; }

    public TimeSpan? MinRoundTrip { get; private set; }

    /// <summary>Somebody asks. A ping that is unanswered already, or is about to be sent, will do: a peer that takes one after the other would only have more to do.</summary>
    public void RequestPing()
    {
        bool isAboutToBegin = _handedOverAt is not null && _begunAt is null;
        _isWanted |= _askedAt is null && !isAboutToBegin;
    }

    /// <summary>It is on its way to the application.</summary>
    public void TakePing(Instant now)
    {
        _isWanted = false;
        _handedOverAt = now;
    }

    /// <summary>The application is called now: what is received from here on may be the answer. For as long as our own pool has kept the ping the peer was not asked.</summary>
    public void OnPingBegins(Instant now, in LocalHealth health)
    {
        TimeSpan heldUp = HeldUp(now, health);
        _forgiven += heldUp;
        _heldUp += heldUp;
        _begunAt = now;
        PingsSent++;
        _unanswered++;
        _pingAfter = NextPingAfter();
        if (_askedAt is null)
        {
            _askedAt = now;
            _askedOnIdleLine = now - _lastReceived >= Shorter(_rate.Interval / 2, ProtocolHeartbeatDefaults.IdleLine);
        }
    }

    public void OnPingSent()
    {
        _handedOverAt = null;
        _begunAt = null;
        Conditions &= ~ConnectionConditions.WriteStuck;
    }

    /// <summary>Evidence, and no more: the read side has the last word. A call that ran out of its own time says only that there is no answer yet.</summary>
    public void OnPingFailed(Exception exception, Instant now)
    {
        OnPingSent();
        _lastFailure = exception;
        if (!RanOutOfTime(exception))
        {
            _failure = exception;
            _failedAt = now;
        }
    }

    /// <summary>How long the ping took whose answer has come; null = none has come since this was asked.</summary>
    public TimeSpan? TakeAnswer()
    {
        TimeSpan? answer = _answer;
        _answer = null;
        return answer;
    }

    /// <summary>For how long of the present silence the ping has waited for our own pool.</summary>
    private TimeSpan HeldUp(Instant now, in LocalHealth health) =>
        _handedOverAt is { } since && _begunAt is null ? health.Pauses.RunningTime(Instant.Max(since, _lastReceived), now) : TimeSpan.Zero;

    private static bool RanOutOfTime(Exception exception) =>
        exception is TimeoutException or OperationCanceledException && SocketErrorTable.Find(exception) is null;

    private void NoteAnswer(Instant at)
    {
        if (_askedAt is not { } asked)
        {
            _unanswered = 0;
            return;
        }

        if (at < asked)
        {
            return;
        }

        _answer = at - asked;
        _askedAt = null;
        _unanswered = 0;
        _lastFailure = null;
        if (_askedOnIdleLine)
        {
            RoundTrip = _answer;
            MinRoundTrip = MinRoundTrip is { } least ? Shorter(least, _answer.Value) : _answer;
        }
    }

    /// <summary>In running time: a process that slept after a failed ping has not read since. Where nothing is judged, the read side gets a second all the same.</summary>
    private TimeSpan ReadSideChanceLeft(Instant now, in LocalHealth health)
    {
        TimeSpan chance = Shorter(Timing.Bound / 4, s_longestReadSideChance);
        if (health.PoolLag >= chance)
        {
            // Our reader has not run: what explains the failure may wait for it.
            _failedAt = now;
        }

        return chance - health.Pauses.RunningTime(_failedAt, now);
    }
}
