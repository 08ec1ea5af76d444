using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Liveness;

/// <summary>
/// How the side connection itself is kept: it carries little, so its window stays small, and it is not measured as a connection of the
/// user's.
/// </summary>
internal static class SideHeartbeat
{
    public static HeartbeatOptions Options(SideChannelOptions options) =>
        Options(options.EffectiveDetectWithin, options.HandshakeTimeout, options.TimeProvider, options.Logger, options.Name, options.MeterFactory);

    public static HeartbeatOptions Options(SideChannelListenerOptions options) =>
        Options(options.EffectiveDetectWithin, options.HandshakeTimeout, options.TimeProvider, options.Logger, options.Name, options.MeterFactory);

    private static HeartbeatOptions Options(TimeSpan detectWithin, TimeSpan handshakeTimeout, TimeProvider timeProvider, ILogger? logger, string? name, IMeterFactory? meterFactory) => new()
    {
        DetectWithin = detectWithin,
        HandshakeTimeout = handshakeTimeout,
        ReceiveWindow = HeartbeatDefaults.SmallestWindow,
        MaxReceiveWindow = HeartbeatDefaults.ReceiveWindow,
        TimeProvider = timeProvider,
        Logger = logger,
        Name = name,
        MeterFactory = meterFactory,
        Mode = ConnectionMode.Side,
    };
}
