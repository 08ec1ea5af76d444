namespace Liveness.AspNetCore;

/// <summary>Since when each check has found no connection of a critical name.</summary>
internal sealed class Absences
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Check, string Name), long> _since = [];

    /// <returns>For how long it has been absent; null where it is there.</returns>
    public TimeSpan? Note(string check, string name, bool isThere, TimeProvider timeProvider)
    {
        lock (_gate)
        {
            if (isThere)
            {
                _since.Remove((check, name));
                return null;
            }

            long now = timeProvider.GetTimestamp();
            return _since.TryAdd((check, name), now) ? TimeSpan.Zero : timeProvider.GetElapsedTime(_since[(check, name)], now);
        }
    }
}
