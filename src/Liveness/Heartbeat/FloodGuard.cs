namespace Liveness;

/// <summary>How many control frames the peer may still send: tokens, refilled by elapsed time.</summary>
/// <remarks>
/// An honest peer never sends two control frames that nobody asked for closer together than our own minRxInterval, so by any moment it has
/// sent at most one for each such interval since the beginning, however the path or our own pauses bunch them. The refill has no ceiling
/// for that reason:
/// a ceiling would convict a peer whose frames piled up while we slept. An eighth is added for clocks that run at different speeds.
/// </remarks>
internal struct FloodGuard
{
    public const int Depth = HeartbeatRules.FloodDepth;

    private double _tokens = Depth;
    private Instant _refilledAt;
    private ulong _creditsTaken;

    public FloodGuard(Instant now) => _refilledAt = now;

    /// <summary>One control frame that cost us nothing to ask for.</summary>
    public bool TryTake(Instant now, TimeSpan minReceiveInterval)
    {
        if (now > _refilledAt)
        {
            _tokens += (now - _refilledAt) / minReceiveInterval * HeartbeatRules.FloodClockShare;
            _refilledAt = now;
        }

        _tokens--;
        return _tokens >= 0;
    }

    /// <summary>One CREDIT: paid for by the DATA that we sent.</summary>
    public bool TryTakeCredit(ulong dataSent)
    {
        _creditsTaken++;
        return _creditsTaken <= CreditsFor(dataSent);
    }

    /// <summary>How many CREDIT frames so much DATA pays for.</summary>
    public static ulong CreditsFor(ulong dataSent) => Depth + (dataSent / HeartbeatRules.DataBytesPerCredit);
}
