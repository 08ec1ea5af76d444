namespace Liveness;

/// <content>When to ask: never two pings at once, and never many to a peer that answers them one after the other.</content>
internal sealed partial class PingMachine
{
    private bool _isWanted;

    /// <summary>A ping is on its way to the application, or with it.</summary>
    private Instant? _handedOverAt;

    /// <summary>The application was called, and has not returned yet.</summary>
    private Instant? _begunAt;

    /// <summary>From when on its sending counts as stuck after half of the bound.</summary>
    private Instant _stuckFrom;
    private bool _isStuck;

    /// <summary>The newest ping ran out of its own time: perhaps it was never written.</summary>
    private bool _ranOutOfTime;

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

    /// <summary>Somebody asks. A ping that is unanswered already, or is about to be sent, will do: a peer that takes one after the other
    /// would only have more to do.
    /// One that ran out of its own time will not: perhaps the peer never got it, and where nothing is judged nobody else would ask
    /// again.</summary>
    public void RequestPing()
    {
        bool isAboutToBegin = _handedOverAt is not null && _begunAt is null;
        _isWanted |= (_askedAt is null || _ranOutOfTime) && !isAboutToBegin;
    }

    /// <summary>It is on its way to the application.</summary>
    public void TakePing(Instant now)
    {
        _isWanted = false;
        _handedOverAt = now;
    }

    /// <summary>
    /// The application is called now: what is received from here on may be the answer. For as long as our own pool has kept the ping the
    /// peer was not asked.
    /// </summary>
    public void OnPingBegins(Instant now, in LocalHealth health)
    {
        TimeSpan heldUp = HeldUp(now, health);
        _forgiven += heldUp;
        _heldUp += heldUp;
        _begunAt = _stuckFrom = now;
        _ranOutOfTime = false;
        PingsSent++;
        _unanswered++;
        _pingAfter = NextPingAfter();
        if (_askedAt is null)
        {
            _askedAt = now;
            _askedOnIdleLine = now - _lastReceived >= Shorter(_rate.Interval / 2, ProtocolHeartbeatDefaults.IdleLine);
        }

        Conditions = CurrentConditions(now, health);
    }

    public void OnPingSent()
    {
        _handedOverAt = null;
        _begunAt = null;
        _isStuck = false;
        Conditions &= ~ConnectionConditions.WriteStuck;
    }

    /// <summary>
    /// Evidence, and no more: the read side has the last word. A call that ran out of its own time says only that there is no answer yet.
    /// </summary>
    public void OnPingFailed(Exception exception, Instant now)
    {
        OnPingSent();
        _lastFailure = exception;
        _ranOutOfTime = RanOutOfTime(exception);
        if (!_ranOutOfTime)
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
        _ranOutOfTime = false;
        _unanswered = 0;
        _lastFailure = null;
        if (_askedOnIdleLine)
        {
            RoundTrip = _answer;
            MinRoundTrip = MinRoundTrip is { } least ? Shorter(least, _answer.Value) : _answer;
        }
    }
}
