namespace Liveness;

/// <summary>The three intervals that HELLO and RATE carry, in whole milliseconds (design after BFD, RFC 5880 section 6.8).</summary>
/// <param name="RxMilliseconds">"I want to hear you at least this often"; 0 = send me no beats.</param>
/// <param name="MinRxMilliseconds">"Your control frames may on average not come closer than this"; at most
/// <paramref name="RxMilliseconds"/> unless that is 0.</param>
/// <param name="MinTxMilliseconds">"I never send faster than this."</param>
internal readonly record struct WireIntervals(uint RxMilliseconds, uint MinRxMilliseconds, uint MinTxMilliseconds)
{
    public TimeSpan Rx => TimeSpan.FromMilliseconds(RxMilliseconds);

    public TimeSpan MinRx => TimeSpan.FromMilliseconds(MinRxMilliseconds);

    public TimeSpan MinTx => TimeSpan.FromMilliseconds(MinTxMilliseconds);

    public bool WantsBeats => RxMilliseconds != 0;

    /// <summary>False: the peer breaks <see cref="ProtocolRule.HelloIntervals"/> or <see cref="ProtocolRule.RateIntervals"/>.</summary>
    public bool IsLegal =>
        RxMilliseconds <= WireLimits.MaxIntervalMilliseconds
        && MinRxMilliseconds <= WireLimits.MaxIntervalMilliseconds
        && MinTxMilliseconds <= WireLimits.MaxIntervalMilliseconds
        && (MinRxMilliseconds <= RxMilliseconds || !WantsBeats);
}
