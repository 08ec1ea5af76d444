namespace Liveness;

/// <summary>How far an orderly close of ours, made when it begins, has come: END and GOODBYE out, everything taken by the peer, its
/// GOODBYE in.</summary>
/// <remarks>Without waiting for the peer, beats of its own would meet a closed socket, and the reset that they cause throws away what is
/// still on its way to it.</remarks>
internal sealed class CloseSequence
{
    private const int LooksInTimeout = 16;

    private readonly TimeSpan _timeout;
    private readonly TimeSpan _deadline;
    private readonly Instant _beganAt;
    private Instant _progressAt;
    private long? _acknowledged;
    private Instant _lookedAt;

    public CloseSequence(HeartbeatPlan plan, Instant now)
    {
        _timeout = plan.CloseTimeout;
        _deadline = plan.CloseDeadline == System.Threading.Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : plan.CloseDeadline;
        _beganAt = now;
        _progressAt = now;
    }

    /// <summary>The peer was seen to receive something, or the transport took more of the tail.</summary>
    public void Progress(Instant now) => _progressAt = now;

    /// <summary>When the kernel is asked next what was acknowledged.</summary>
    public Instant NextKernelLook { get; private set; } = Instant.Never;

    /// <summary>Nothing of ours is behind the tail any more: from now on what the next hop acknowledges is the tail.</summary>
    public void LookFrom(Instant now) => NextKernelLook = now;

    /// <summary>
    /// What the kernel says at a look. Progress between two looks counts from the earlier one, so that the timeout is never exceeded.
    /// </summary>
    /// <param name="bytes">Null = it is not known, and never will be.</param>
    /// <param name="now">The present.</param>
    public void Acknowledged(long? bytes, Instant now)
    {
        if (_acknowledged is { } before && bytes != before)
        {
            Progress(_lookedAt);
        }

        _acknowledged = bytes;
        _lookedAt = now;
        NextKernelLook = bytes is null ? Instant.Never : now + (_timeout / LooksInTimeout);
    }

    /// <summary>When it is cut short if nothing moves. Time in which we could not do our part is no lack of progress: see
    /// <see cref="Deadline"/>.</summary>
    /// <param name="now">The present.</param>
    /// <param name="health">Of this process.</param>
    /// <param name="reportedWithin">How often the peer says what it has received: nothing is known sooner.</param>
    public Instant ExpiresAt(Instant now, in LocalHealth health, TimeSpan reportedWithin) =>
        Instant.Min(now + Deadline.Left(Timeout(reportedWithin), _progressAt, now, health), _beganAt + _deadline);

    /// <summary>When to look next: no later than it expires.</summary>
    /// <inheritdoc cref="ExpiresAt"/>
    public Instant NextLook(Instant now, in LocalHealth health, TimeSpan reportedWithin) =>
        Instant.Min(Deadline.NextLook(Timeout(reportedWithin), _progressAt, now, health), _beganAt + _deadline);

    /// <summary>It is time to measure how far our pool is behind.</summary>
    /// <inheritdoc cref="ExpiresAt"/>
    public bool IsNearExpiry(Instant now, in LocalHealth health, TimeSpan reportedWithin) =>
        Deadline.IsNear(Timeout(reportedWithin), Deadline.Left(Timeout(reportedWithin), _progressAt, now, health));

    private TimeSpan Timeout(TimeSpan reportedWithin) => _timeout > reportedWithin ? _timeout : reportedWithin;
}
