using System.Diagnostics;

namespace Liveness.AspNetCore;

/// <summary>A clock of others: where it throws, the system's answers. The library itself says so in its log.</summary>
internal static class ForeignTime
{
    public static DateTimeOffset UtcNow(TimeProvider timeProvider)
    {
        try
        {
            return timeProvider.GetUtcNow();
        }
        catch (Exception failure)
        {
            Debug.WriteLine(failure.GetType());
            return TimeProvider.System.GetUtcNow();
        }
    }

    /// <returns>For <see cref="Elapsed"/>.</returns>
    public static long Timestamp(TimeProvider timeProvider)
    {
        try
        {
            return timeProvider.GetTimestamp();
        }
        catch (Exception failure)
        {
            Debug.WriteLine(failure.GetType());
            return 0;
        }
    }

    /// <returns>Zero where the clock throws: for pictures, which then stand still.</returns>
    public static TimeSpan Elapsed(TimeProvider timeProvider, long since)
    {
        try
        {
            return timeProvider.GetElapsedTime(since);
        }
        catch (Exception failure)
        {
            Debug.WriteLine(failure.GetType());
            return TimeSpan.Zero;
        }
    }

    /// <summary>A timer whose callback may call code of others: what that throws costs one call.</summary>
    public static ITimer Every(TimeSpan period, TimeProvider timeProvider, Action callback)
    {
        try
        {
            return timeProvider.CreateTimer(Quietly, callback, TimeSpan.Zero, period);
        }
        catch (Exception failure)
        {
            Debug.WriteLine(failure.GetType());
            return TimeProvider.System.CreateTimer(Quietly, callback, TimeSpan.Zero, period);
        }
    }

    /// <summary>On a timer's thread an exception that nobody catches ends the process.</summary>
    private static void Quietly(object? callback)
    {
        try
        {
            ((Action)callback!)();
        }
        catch (Exception failure)
        {
            // Of any type: a factory may be somebody else's.
            Debug.WriteLine(failure.GetType());
        }
    }
}
