using Microsoft.Extensions.Logging;

namespace Liveness.ProtocolPing;

/// <summary>
/// Log messages of heartbeats that borrow the pings of a protocol. Ids and names are part of the contract: never reused, never changed.
/// Text of a peer is only ever a value, never a name.
/// </summary>
internal static partial class ProtocolPingLog
{
    public static void PingFailed(GuardedLogger logger, Exception exception, ConnectionLabel label) =>
        PingFailed(logger, exception, label.Remote, label.Id, label.Name, label.OwnId);

    [LoggerMessage(14, LogLevel.Debug, "A ping could not be sent; the read side decides what that means [" + ConnectionLabel.Fields,
        EventName = "PingFailed")]
    private static partial void PingFailed(
        GuardedLogger logger, Exception exception, string? remoteEndPoint, long? connectionId, string? connectionName, string? ownId);
}
