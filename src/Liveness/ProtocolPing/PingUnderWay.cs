namespace Liveness.ProtocolPing;

/// <summary>
/// The ping that is under way, one at a time: first on its way to the application, held up by our own pool, then with the application,
/// until that returns.
/// </summary>
/// <remarks>A part of its machine, under the lock of that machine's owner; a struct, for every connection has one.</remarks>
internal struct PingUnderWay
{
    private Instant? _handedOverAt;

    /// <summary>From when on its sending counts as stuck after half of the bound; null = the application has not been called.</summary>
    private Instant? _stuckFrom;

    public readonly bool IsAny => _handedOverAt is not null;

    /// <summary>It is on its way to the application.</summary>
    public readonly bool IsHeldUp => _handedOverAt is not null && _stuckFrom is null;

    /// <summary>The application was called, and has not returned yet.</summary>
    public readonly bool HasBegun => _stuckFrom is not null;

    /// <summary>It has taken half of the bound to send.</summary>
    public bool IsStuck { get; private set; }

    public void HandOver(Instant now) => _handedOverAt = now;

    public void Begin(Instant now) => _stuckFrom = now;

    /// <summary>It is sent, or has failed.</summary>
    public void End() => this = default;

    /// <summary>Nothing is judged any more.</summary>
    public void ExcuseStuck() => IsStuck = false;

    /// <summary>For how long of the present silence it has waited for our own pool.</summary>
    public readonly TimeSpan HeldUpFor(Instant lastReceived, Instant now, PauseLedger pauses) =>
        IsHeldUp ? pauses.RunningTime(Instant.Max(_handedOverAt!.Value, lastReceived), now) : TimeSpan.Zero;

    /// <summary>When it will count as stuck; never = it does already, or has not begun.</summary>
    public readonly Instant StuckAt(Instant now, HeartbeatTiming timing, PauseLedger pauses) =>
        _stuckFrom is { } from && !IsStuck ? now + ((timing.Bound / 2) - pauses.RunningTime(from, now)) : Instant.Never;

    /// <summary>A ping that takes half of the bound to send. With our own pool behind, it is we who have not come back to it.</summary>
    public void Look(Instant now, HeartbeatTiming timing, in LocalHealth health)
    {
        if (StuckAt(now, timing, health.Pauses) > now)
        {
            return;
        }

        if (health.PoolLag >= timing.ReceiveInterval)
        {
            _stuckFrom = now;
        }
        else
        {
            IsStuck = true;
        }
    }
}
