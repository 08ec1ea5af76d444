namespace Liveness.ProtocolPing;

/// <summary>
/// A ping that could not be sent. That is evidence, and no more: the read side has the last word, and some time to say it. A call that ran
/// out of its own time says only that there is no answer yet.
/// </summary>
/// <remarks>A part of its machine, under the lock of that machine's owner; a struct, for every connection has one.</remarks>
internal struct FailedPing
{
    private Exception? _failure;
    private Instant _failedAt;

    /// <summary>One has failed, and nothing that was received since refutes it.</summary>
    public readonly bool IsAny => _failure is not null;

    /// <summary>What the newest ping failed with that nothing was received after, its own time included.</summary>
    public Exception? Last { get; private set; }

    /// <summary>
    /// A failed ping has stood for as long as the read side had to explain it, and says that this process itself has closed the connection.
    /// </summary>
    public bool HasClosed { get; private set; }

    /// <summary>The failure for which the last verdict fell; null = none.</summary>
    public Exception? LossError { get; private set; }

    /// <returns>Whether it ran out of its own time only.</returns>
    public bool Note(Exception exception, Instant now)
    {
        Last = exception;
        if (RanOutOfTime(exception))
        {
            return true;
        }

        _failure = exception;
        _failedAt = now;
        return false;
    }

    /// <param name="at">When; what has come before the failure does not refute it.</param>
    /// <param name="isAnswer">To a ping.</param>
    public void OnReceived(Instant at, bool isAnswer)
    {
        if (isAnswer)
        {
            Last = null;
        }

        if (IsAny && at >= _failedAt)
        {
            _failure = null;
        }
    }

    /// <param name="now">The present.</param>
    /// <param name="bound">Of the connection.</param>
    /// <param name="health">Of this process.</param>
    /// <param name="isNear">It is time to measure the pool's lag.</param>
    /// <returns>
    /// Whether the read side has had its time: then it is over, as <see cref="HasClosed"/> and <see cref="LossError"/> say.
    /// </returns>
    public bool Look(Instant now, TimeSpan bound, in LocalHealth health, out bool isNear)
    {
        isNear = false;
        if (_failure is null)
        {
            return false;
        }

        // What the peer said before the ping failed may lie unread.
        TimeSpan limit = Deadline.OfFailedWrite(bound);
        TimeSpan left = Deadline.Left(limit, _failedAt, now, health, answerMayWait: true);
        isNear = Deadline.IsNear(limit, left);
        if (left > TimeSpan.Zero)
        {
            return false;
        }

        HasClosed = SocketErrorTable.IsOurOwnEnd(_failure);
        LossError = HasClosed ? null : _failure;
        return true;
    }

    /// <summary>When to look; never = none has failed.</summary>
    public readonly Instant NextLook(Instant now, TimeSpan bound, in LocalHealth health) => _failure is null
        ? Instant.Never
        : Deadline.NextLook(Deadline.OfFailedWrite(bound), _failedAt, now, health, answerMayWait: true);

    private static bool RanOutOfTime(Exception exception) =>
        exception is TimeoutException or OperationCanceledException && SocketErrorTable.Find(exception) is null;
}
