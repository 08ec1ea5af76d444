using Microsoft.Extensions.Logging;

namespace Liveness.Presence;

/// <summary>
/// Every log message of presence, under the category "Liveness.Presence". Ids and names are part of the contract; those of the other
/// packages end at 199.
/// </summary>
internal static partial class PresenceLog
{
    public const string Category = "Liveness.Presence";

    [LoggerMessage(200, LogLevel.Information, "Gateway {Gateway} is registered in {Store}, epoch {Epoch}\n{Bounds}",
        EventName = "GatewayRegistered")]
    public static partial void GatewayRegistered(ILogger logger, string gateway, string store, string epoch, string bounds);

    [LoggerMessage(201, LogLevel.Information,
        "The lease of gateway {Gateway} was over and is its own again; the store has kept its part, epoch {Epoch}",
        EventName = "LeaseBack")]
    public static partial void LeaseBack(ILogger logger, string gateway, string epoch);

    [LoggerMessage(202, LogLevel.Warning,
        "Another process is registered as gateway {Gateway} (epoch {OtherEpoch}): this one writes nothing until that lease is over, in "
        + "{Remaining} or later. Either that process was killed a moment ago, or two processes have the same name: then give each its own "
        + "PresenceOptions.Gateway. Connections are not affected",
        EventName = "GatewayRefused")]
    public static partial void GatewayRefused(ILogger logger, string gateway, string otherEpoch, TimeSpan remaining);

    [LoggerMessage(203, LogLevel.Error,
        "Another process has taken over the name of gateway {Gateway} (epoch {OtherEpoch}, ours was {Epoch}) while our lease was over: "
        + "this process writes nothing until that lease is over. Give each process its own PresenceOptions.Gateway. Connections are "
        + "not affected",
        EventName = "GatewayTakenOver")]
    public static partial void GatewayTakenOver(ILogger logger, string gateway, string otherEpoch, string epoch);

    [LoggerMessage(204, LogLevel.Warning,
        "The presence store does not do what it is asked for: {Reason} {Waiting} changes wait in memory. Connections are not affected, and "
        + "others see this gateway as silent until the store answers",
        EventName = "StoreFailed")]
    public static partial void StoreFailed(ILogger logger, string reason, int waiting, Exception? exception);

    [LoggerMessage(205, LogLevel.Information, "The presence store answers again after {Outage}", EventName = "StoreBack")]
    public static partial void StoreBack(ILogger logger, TimeSpan outage);

    [LoggerMessage(206, LogLevel.Warning,
        "The presence store takes {Took} for an answer, more than the {Allowed} that DetectWithin leaves for it: others may see what "
        + "happens later than promised. Set a larger PresenceOptions.DetectWithin, or find out what slows the store down",
        EventName = "StoreSlow")]
    public static partial void StoreSlow(ILogger logger, TimeSpan took, TimeSpan allowed);

    [LoggerMessage(207, LogLevel.Warning,
        "The presence store has version {StoredVersion} of the part of gateway {Gateway}, not {Version}: it has lost data, or somebody "
        + "else writes there. {Count} entries are written anew",
        EventName = "ResyncBegun")]
    public static partial void ResyncBegun(ILogger logger, string gateway, string? storedVersion, string version, int count);

    [LoggerMessage(208, LogLevel.Information, "The part of gateway {Gateway} in the presence store is whole again after {Took}",
        EventName = "ResyncEnded")]
    public static partial void ResyncEnded(ILogger logger, string gateway, TimeSpan took);

    [LoggerMessage(209, LogLevel.Warning,
        "{Count} losses of devices were not written, because too many waited for the presence store: others do not know of them",
        EventName = "LossesDropped")]
    public static partial void LossesDropped(ILogger logger, long count);

    [LoggerMessage(210, LogLevel.Error,
        "The options of presence are no longer valid and are ignored; the last good ones stay in force: {Failures}",
        EventName = "PresenceSettingsRefused")]
    public static partial void PresenceSettingsRefused(ILogger logger, string failures);

    [LoggerMessage(211, LogLevel.Information, "Gateway {Gateway} has left the presence store", EventName = "GatewayLeft")]
    public static partial void GatewayLeft(ILogger logger, string gateway);

    [LoggerMessage(212, LogLevel.Warning, "A watcher of presence hears nothing: {Reason}", EventName = "WatcherDeaf")]
    public static partial void WatcherDeaf(ILogger logger, string reason);

    [LoggerMessage(213, LogLevel.Warning,
        "The presence store holds {Count} values that no version of this library has written, the first in {Place}: they are ignored",
        EventName = "StrangeValues")]
    public static partial void StrangeValues(ILogger logger, long count, string place);

    [LoggerMessage(214, LogLevel.Error,
        "Presence of gateway {Gateway} has met what it did not foresee ({Failure}) and goes on: this is an error of the library, please "
        + "report it. Connections are not affected",
        EventName = "GatewayFailed")]
    public static partial void GatewayFailed(ILogger logger, string gateway, string failure, Exception exception);
}
