namespace Liveness;

/// <summary>How long a dispose waits for handlers that run, and for those of an end that has happened.</summary>
internal static class MonitorDefaults
{
    /// <summary>Where there is no CloseTimeout.</summary>
    public static readonly TimeSpan HandlerPatience = TimeSpan.FromSeconds(5);

    /// <summary>However long the rest of the close took: what an orderly end has to tell is told only then.</summary>
    public static readonly TimeSpan LeastHandlerPatience = TimeSpan.FromSeconds(1);

    /// <summary>For a handler that returns a task: then the next one is called, and this one is left to itself.</summary>
    public static readonly TimeSpan AsyncHandlerPatience = TimeSpan.FromSeconds(30);

    /// <summary>For lines of the log that are not written yet; a logger that takes longer is left to itself.</summary>
    public static readonly TimeSpan LinePatience = TimeSpan.FromSeconds(1);

    /// <summary>A close and its handlers are counted together, as far as possible.</summary>
    public static TimeSpan LeftOf(TimeSpan closeTimeout, TimeSpan elapsed) =>
        closeTimeout - elapsed > LeastHandlerPatience ? closeTimeout - elapsed : LeastHandlerPatience;
}
