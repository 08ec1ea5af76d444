using Microsoft.Extensions.Logging;

namespace Liveness.NATS.Net;

/// <summary>Log messages of this package. Ids and names are part of the contract: never reused, never changed.</summary>
internal static partial class NatsLog
{
    [LoggerMessage(1, LogLevel.Warning,
        "Connections of this NATS client pass unwatched: mode {Mode} of \"{ConnectionName}\" can do nothing for a {Connection}, because it "
        + "shows no TCP socket or goes over WebSocket", EventName = "NatsNotWatched")]
    public static partial void NotWatched(ILogger logger, string? connectionName, LivenessMode mode, string connection);
}
