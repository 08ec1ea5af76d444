namespace Liveness;

/// <summary>How far an orderly close of ours has come: END and GOODBYE out, everything taken by the peer, its GOODBYE in.</summary>
/// <remarks>Without waiting for the peer, beats of its own would meet a closed socket, and the reset that they cause throws away what is still on its way to it.</remarks>
internal sealed class CloseSequence
{
    private readonly TimeSpan _timeout;
    private readonly TimeSpan _deadline;
    private Instant _beganAt;
    private Instant _progressAt;

    public CloseSequence(HeartbeatPlan plan)
    {
        _timeout = plan.CloseTimeout;
        _deadline = plan.CloseDeadline == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : plan.CloseDeadline;
    }

    public bool HasBegun { get; private set; }

    public void Begin(Instant now)
    {
        HasBegun = true;
        _beganAt = now;
        _progressAt = now;
    }

    /// <summary>The peer was seen to receive something, or to answer.</summary>
    public void Progress(Instant now) => _progressAt = now;

    public Instant ExpiresAt => Instant.Min(_progressAt + _timeout, _beganAt + _deadline);
}
