namespace Liveness.ProtocolPing;

/// <summary>The pings that nothing was received after, and how long their answers took that have come.</summary>
/// <remarks>A part of its machine, under the lock of that machine's owner; a struct, for every connection has one.</remarks>
internal struct UnansweredPings
{
    private RoundTrips _roundTrips = new();

    /// <summary>When the oldest began; null = there is none.</summary>
    private Instant? _askedAt;
    private bool _askedOnIdleLine;

    /// <summary>The newest ran out of its own time: perhaps it was never written.</summary>
    private bool _ranOutOfTime;
    private TimeSpan? _answer;

    public UnansweredPings()
    {
    }

    public int Count { get; private set; }

    public readonly bool IsAny => _askedAt is not null;

    /// <summary>
    /// One is unanswered, and will do for whoever asks now: a peer that takes one after the other would only have more to do. One that ran
    /// out of its own time will not: perhaps the peer never got it, and where nothing is judged nobody else would ask again.
    /// </summary>
    public readonly bool AwaitsAnswer => IsAny && !_ranOutOfTime;

    /// <summary>From a ping on an idle line to the next byte: the path and the peer's own time together.</summary>
    public readonly TimeSpan? RoundTrip => _roundTrips.Newest;

    public readonly TimeSpan? MinRoundTrip => _roundTrips.Least;

    /// <summary>A measured answer holds the peer's own time too; more than a bound is nobody's answer time.</summary>
    public readonly TimeSpan AnswerTime(TimeSpan bound) => Durations.Shorter(_roundTrips.NewestOrZero, bound);

    /// <param name="now">The application is called to send it.</param>
    /// <param name="quietFor">How long the last byte lies back.</param>
    /// <param name="interval">After how much silence the peer is asked.</param>
    public void OnBegins(Instant now, TimeSpan quietFor, TimeSpan interval)
    {
        Count++;
        _ranOutOfTime = false;
        if (_askedAt is null)
        {
            _askedAt = now;
            _askedOnIdleLine = quietFor >= Durations.Shorter(interval / 2, ProtocolHeartbeatDefaults.IdleLine);
        }
    }

    /// <param name="ranOutOfTime">Its own; that says only that there is no answer yet.</param>
    public void OnFailed(bool ranOutOfTime) => _ranOutOfTime = ranOutOfTime;

    /// <param name="at">When; a byte that has come before a ping is no answer to it.</param>
    /// <returns>Whether it answers.</returns>
    public bool OnReceived(Instant at)
    {
        if (_askedAt is not { } asked)
        {
            Count = 0;
            return false;
        }

        if (at < asked)
        {
            return false;
        }

        TimeSpan answer = at - asked;
        _answer = answer;
        _askedAt = null;
        _ranOutOfTime = false;
        Count = 0;
        if (_askedOnIdleLine)
        {
            _roundTrips.Add(answer);
        }

        return true;
    }

    /// <summary>How long the ping took whose answer has come; null = none has come since this was asked.</summary>
    public TimeSpan? TakeAnswer()
    {
        TimeSpan? answer = _answer;
        _answer = null;
        return answer;
    }
}
