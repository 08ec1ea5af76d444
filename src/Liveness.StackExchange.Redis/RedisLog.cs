using Microsoft.Extensions.Logging;

namespace Liveness.StackExchange.Redis;

/// <summary>Log messages of this package. Ids and names are part of the contract: never reused, never changed.</summary>
internal static partial class RedisLog
{
    [LoggerMessage(1, LogLevel.Warning,
        "Connections of this Redis client pass unwatched: the tunnel beneath brings its own, and mode {Mode} of \"{ConnectionName}\" finds "
        + "no TCP socket in it", EventName = "RedisNotWatched")]
    public static partial void NotWatched(ILogger logger, string? connectionName, LivenessMode mode);
}
