using Microsoft.Extensions.Logging;

namespace Liveness;

/// <summary>
/// Log messages of how this process runs. Ids and names are part of the contract: never reused, never changed.
/// Text of a peer is only ever a value, never a name.
/// </summary>
internal static partial class SchedulingLog
{
    [LoggerMessage(40, LogLevel.Information,
        "This process did not run for {Pause}; no peer is blamed for that time",
        EventName = "OwnPause")]
    public static partial void OwnPause(GuardedLogger logger, TimeSpan pause);
}
