using Microsoft.Extensions.Logging;

namespace Liveness;

/// <summary>How the side connection itself is kept: it carries little, so its window stays small.</summary>
internal static class SideHeartbeat
{
    public static HeartbeatOptions Options(TimeSpan detectWithin, TimeSpan handshakeTimeout, TimeProvider timeProvider, ILogger? logger) => new()
    {
        DetectWithin = detectWithin,
        HandshakeTimeout = handshakeTimeout,
        ReceiveWindow = HeartbeatDefaults.SmallestWindow,
        MaxReceiveWindow = HeartbeatDefaults.ReceiveWindow,
        TimeProvider = timeProvider,
        Logger = logger,
    };
}
