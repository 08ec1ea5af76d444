namespace Liveness;

/// <summary>Notices that received data lies untaken: by the peer's application as its beats say, or by our own.</summary>
internal struct ConsumptionWatch
{
    private ulong _consumed;
    private Instant _since;
    private bool _waiting;

    /// <param name="received">Bytes received in all.</param>
    /// <param name="consumed">Bytes that the application has taken in all.</param>
    /// <param name="now">The present.</param>
    public void Observe(ulong received, ulong consumed, Instant now)
    {
        bool waiting = consumed < received;
        if (!waiting || !_waiting || consumed != _consumed)
        {
            _since = now;
        }

        _waiting = waiting;
        _consumed = consumed;
    }

    public readonly bool IsStalled(Instant now, TimeSpan after) => _waiting && now - _since >= after;

    /// <summary>When it will count as stalled if nothing moves.</summary>
    public readonly Instant StalledAt(TimeSpan after) => _waiting ? _since + after : Instant.Never;
}
