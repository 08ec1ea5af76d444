namespace Liveness.Presence;

/// <summary>What of a shard is outdated.</summary>
/// <param name="KeepLossesFor">As configured.</param>
internal sealed record SweepRules(TimeSpan KeepLossesFor)
{
    /// <summary>A pointer of a key that has gone leads nowhere, and is kept so long, for the device may come back at once.</summary>
    public static readonly TimeSpan PointerAge = TimeSpan.FromHours(1);

    /// <param name="now">The store's time, in milliseconds.</param>
    /// <param name="pointer">Of a key.</param>
    /// <param name="hasEntry">Whether it leads somewhere.</param>
    public static bool IsOutdated(long now, Pointer pointer, bool hasEntry) =>
        !hasEntry && now - pointer.Since > (long)PointerAge.TotalMilliseconds;

    /// <inheritdoc cref="IsOutdated(long, Pointer, bool)"/>
    /// <param name="now">The store's time, in milliseconds.</param>
    /// <param name="loss">Of a key.</param>
    public bool IsOutdated(long now, LossData loss) => now - loss.At > (long)KeepLossesFor.TotalMilliseconds;
}
