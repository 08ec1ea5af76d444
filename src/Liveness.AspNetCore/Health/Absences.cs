namespace Liveness.AspNetCore;

/// <summary>Since when each check has found no connection of a critical name.</summary>
internal sealed class Absences
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Check, string Name), TimeSpan> _since = [];

    /// <summary>In place of a clock that has thrown: absences count anew from then. Under the lock.</summary>
    private TimeProvider? _replacement;

    /// <returns>For how long it has been absent; null where it is there.</returns>
    public TimeSpan? Note(string check, string name, bool isThere, TimeProvider timeProvider)
    {
        TimeSpan now = Now(timeProvider);
        lock (_gate)
        {
            if (isThere)
            {
                _since.Remove((check, name));
                return null;
            }

            return _since.TryAdd((check, name), now) ? TimeSpan.Zero : now - _since[(check, name)];
        }
    }

    private TimeSpan Now(TimeProvider timeProvider)
    {
        TimeProvider clock = Volatile.Read(ref _replacement) ?? timeProvider;
        try
        {
            return clock.GetElapsedTime(0, clock.GetTimestamp());
        }
        catch (Exception)
        {
            // Of any type: a clock is code of others.
            lock (_gate)
            {
                _replacement = TimeProvider.System;
                _since.Clear();
            }

            return TimeProvider.System.GetElapsedTime(0);
        }
    }
}
