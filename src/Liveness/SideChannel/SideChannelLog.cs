using Microsoft.Extensions.Logging;

namespace Liveness.SideChannel;

/// <summary>
/// Log messages of the side channel. Ids and names are part of the contract: never reused, never changed.
/// Text of a peer is only ever a value, never a name.
/// </summary>
internal static partial class SideChannelLog
{
    [LoggerMessage(7, LogLevel.Debug,
        "The side connection to {EndPoint} could not be rebuilt; trying again",
        EventName = "SideRebuildFailed")]
    public static partial void SideRebuildFailed(GuardedLogger logger, System.Net.EndPoint endPoint, Exception exception);

    [LoggerMessage(8, LogLevel.Warning, "The side connection with {EndPoint} was refused: {Reason}", EventName = "SideRefused")]
    public static partial void SideRefused(GuardedLogger logger, System.Net.EndPoint? endPoint, string reason);

    [LoggerMessage(9, LogLevel.Warning, "{EndPoint} refused to watch a connection: {Reason}", EventName = "SideWatchRefused")]
    public static partial void SideWatchRefused(GuardedLogger logger, System.Net.EndPoint? endPoint, WatchRefusal reason);

    [LoggerMessage(10, LogLevel.Debug, "A side connection could not be accepted", EventName = "SideAcceptFailed")]
    public static partial void SideAcceptFailed(GuardedLogger logger, Exception exception);

    [LoggerMessage(11, LogLevel.Information,
        "A side connection from {EndPoint} did not get through its handshake",
        EventName = "SideHandshakeFailed")]
    public static partial void SideHandshakeFailed(GuardedLogger logger, System.Net.EndPoint endPoint, Exception exception);

    [LoggerMessage(17, LogLevel.Information,
        "The kernel does not ask the peer of {RemoteEndPoint} for signs of life while the connection is idle: {Reason}",
        EventName = "WitnessRests")]
    public static partial void WitnessRests(GuardedLogger logger, string reason, string? remoteEndPoint);

    [LoggerMessage(18, LogLevel.Warning,
        "What the kernel knows of the connection with {RemoteEndPoint} can't be read: {Reason}. It is watched by the side connection "
        + "alone",
        EventName = "KernelUnseen")]
    public static partial void KernelUnseen(GuardedLogger logger, string reason, string? remoteEndPoint);

    [LoggerMessage(19, LogLevel.Warning,
        "The side connection to {EndPoint} could not be made; until it is there, connections are watched by their kernel alone. Trying "
        + "again",
        EventName = "SideMissing")]
    public static partial void SideMissing(GuardedLogger logger, System.Net.EndPoint endPoint, Exception exception);
}
