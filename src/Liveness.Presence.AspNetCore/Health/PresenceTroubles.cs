namespace Liveness.Presence.AspNetCore;

/// <summary>Since when each check has found something wrong.</summary>
internal sealed class PresenceTroubles
{
    private readonly Lock _gate = new();

    /// <summary>Under the lock: timestamps.</summary>
    private readonly Dictionary<string, long> _since = [];

    /// <returns>For how long; null = nothing is wrong.</returns>
    public TimeSpan? Note(string check, bool isWrong, TimeProvider timeProvider)
    {
        long now = timeProvider.GetTimestamp();
        lock (_gate)
        {
            if (!isWrong)
            {
                _since.Remove(check);
                return null;
            }

            return _since.TryAdd(check, now) ? TimeSpan.Zero : timeProvider.GetElapsedTime(_since[check], now);
        }
    }
}
