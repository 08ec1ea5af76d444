using Microsoft.Extensions.Logging;

namespace Liveness.Presence;

/// <summary>Writes the lines of presence in a lane of their own, and leaves out what was said already.</summary>
internal sealed class PresenceLogger(BackgroundLane lane, ILoggerFactory? loggers)
{
    private readonly Lazy<ILogger?> _logger = new(() => loggers?.CreateLogger(PresenceLog.Category));

    private int _watcherIsDeaf;
    private long _strangeValues;

    /// <param name="write">In the lane.</param>
    public void Write(Action<ILogger> write)
    {
        if (loggers is not null)
        {
            lane.Post(() =>
            {
                if (_logger.Value is { } logger)
                {
                    write(logger);
                }
            });
        }
    }

    public void WatcherHears() => Volatile.Write(ref _watcherIsDeaf, 0);

    public void WatcherHearsNothing(PresenceStoreException failure)
    {
        if (Interlocked.Exchange(ref _watcherIsDeaf, 1) == 0)
        {
            Write(logger => PresenceLog.WatcherDeaf(logger, failure.Message));
        }
    }

    /// <summary>The first, and then each time that there are ten times as many.</summary>
    /// <param name="place">A key of the store.</param>
    public void StrangeValue(string place)
    {
        long count = Interlocked.Increment(ref _strangeValues);
        if (Math.Pow(10, Math.Round(Math.Log10(count))) == count)
        {
            Write(logger => PresenceLog.StrangeValues(logger, count, place));
        }
    }
}
