using Liveness.Diagnostics;

namespace Liveness.SideChannel;

/// <summary>
/// How the side connection itself is kept: it carries little, so its window stays small, and it is not measured as a connection of the
/// user's.
/// </summary>
internal static class SideHeartbeat
{
    public static HeartbeatOptions Options(SideChannelClientOptions options)
    {
        HeartbeatOptions heartbeat = Common(options.EffectiveDetectWithin, options.HandshakeTimeout);
        (heartbeat.TimeProvider, heartbeat.Logger) = (options.TimeProvider, options.Logger);
        (heartbeat.Name, heartbeat.MeterFactory) = (options.Name, options.MeterFactory);
        return heartbeat;
    }

    public static HeartbeatOptions Options(SideChannelListenerOptions options)
    {
        HeartbeatOptions heartbeat = Common(options.EffectiveDetectWithin, options.HandshakeTimeout);
        (heartbeat.TimeProvider, heartbeat.Logger) = (options.TimeProvider, options.Logger);
        (heartbeat.Name, heartbeat.MeterFactory) = (options.Name, options.MeterFactory);
        return heartbeat;
    }

    private static HeartbeatOptions Common(TimeSpan detectWithin, TimeSpan handshakeTimeout)
    {
        return new HeartbeatOptions
        {
            DetectWithin = detectWithin,
            HandshakeTimeout = handshakeTimeout,
            ReceiveWindow = HeartbeatDefaults.SmallestWindow,
            MaxReceiveWindow = HeartbeatDefaults.ReceiveWindow,
            Mode = ConnectionMode.Side,
        };
    }
}
