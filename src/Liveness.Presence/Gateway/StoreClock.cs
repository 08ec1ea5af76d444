namespace Liveness.Presence;

/// <summary>
/// The store's time, as this process reckons it: its monotonic clock, set at each renewal of the lease. So a wrong clock of this machine
/// has no effect.
/// </summary>
internal sealed class StoreClock
{
    /// <summary>Null = the store has not told its time yet.</summary>
    private TimeSpan? _offset;

    public bool IsSet => _offset is not null;

    /// <param name="storeTime">In milliseconds.</param>
    /// <param name="now">Of the own monotonic clock, since some origin.</param>
    public void Set(long storeTime, TimeSpan now) => _offset = TimeSpan.FromMilliseconds(storeTime) - now;

    /// <summary>In milliseconds.</summary>
    public long At(TimeSpan moment) => (long)(moment + _offset!.Value).TotalMilliseconds;

    /// <summary>By the own monotonic clock.</summary>
    /// <param name="storeTime">In milliseconds.</param>
    public TimeSpan Moment(long storeTime) => TimeSpan.FromMilliseconds(storeTime) - _offset!.Value;
}
