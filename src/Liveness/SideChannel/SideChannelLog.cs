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

    /// <param name="logger">Told of it.</param>
    /// <param name="endPoint">Of the side connection.</param>
    /// <param name="reason">As the peer says, or as it is told.</param>
    /// <param name="label">The connection that is not watched there; the default where it is not ours, or not known.</param>
    public static void SideWatchRefused(
        GuardedLogger logger, System.Net.EndPoint? endPoint, WatchRefusal reason, ConnectionLabel label) =>
        SideWatchRefused(logger, endPoint, reason, label.Remote, label.Id, label.Name, label.OwnId);

    public static void WitnessRests(GuardedLogger logger, string reason, ConnectionLabel label) =>
        WitnessRests(logger, reason, label.Remote, label.Id, label.Name, label.OwnId);

    public static void KernelUnseen(GuardedLogger logger, string reason, ConnectionLabel label) =>
        KernelUnseen(logger, reason, label.Remote, label.Id, label.Name, label.OwnId);

    [LoggerMessage(9, LogLevel.Warning, "{EndPoint} refused to watch a connection: {Reason} [" + ConnectionLabel.Fields,
        EventName = "SideWatchRefused")]
    private static partial void SideWatchRefused(
        GuardedLogger logger, System.Net.EndPoint? endPoint, WatchRefusal reason, string? remoteEndPoint, long? connectionId,
        string? connectionName, string? ownId);

    [LoggerMessage(10, LogLevel.Debug, "A side connection could not be accepted", EventName = "SideAcceptFailed")]
    public static partial void SideAcceptFailed(GuardedLogger logger, Exception exception);

    [LoggerMessage(11, LogLevel.Information,
        "A side connection from {EndPoint} did not get through its handshake",
        EventName = "SideHandshakeFailed")]
    public static partial void SideHandshakeFailed(GuardedLogger logger, System.Net.EndPoint endPoint, Exception exception);

    [LoggerMessage(17, LogLevel.Information,
        "The kernel does not ask the peer for signs of life while the connection is idle: {Reason} [" + ConnectionLabel.Fields,
        EventName = "WitnessRests")]
    private static partial void WitnessRests(
        GuardedLogger logger, string reason, string? remoteEndPoint, long? connectionId, string? connectionName, string? ownId);

    [LoggerMessage(18, LogLevel.Warning,
        "What the kernel knows of the connection can't be read: {Reason}. It is watched by the side connection alone ["
        + ConnectionLabel.Fields,
        EventName = "KernelUnseen")]
    private static partial void KernelUnseen(
        GuardedLogger logger, string reason, string? remoteEndPoint, long? connectionId, string? connectionName, string? ownId);

    [LoggerMessage(19, LogLevel.Warning,
        "The side connection to {EndPoint} could not be made; until it is there, connections are watched by their kernel alone. Trying "
        + "again",
        EventName = "SideMissing")]
    public static partial void SideMissing(GuardedLogger logger, System.Net.EndPoint endPoint, Exception exception);

    [LoggerMessage(31, LogLevel.Information,
        "{Count:N0} side connections did not get through their handshake within {Window:s'.'f} s. Most frequent reasons: {Reasons}; "
        + "addresses: {Addresses}. {Held:N0} of them are told at Debug only",
        EventName = "SideStrangers")]
    public static partial void SideStrangers(
        GuardedLogger logger, int count, TimeSpan window, string reasons, string addresses, int held);

    [LoggerMessage(32, LogLevel.Debug,
        "A side connection from {EndPoint} did not get through its handshake, as many others",
        EventName = "SideHandshakeDetail")]
    public static partial void SideHandshakeDetail(GuardedLogger logger, System.Net.EndPoint endPoint, Exception exception);

    [LoggerMessage(33, LogLevel.Warning,
        "{Count:N0} side connections were refused within {Window:s'.'f} s. Most frequent reasons: {Reasons}; addresses: {Addresses}. "
        + "{Held:N0} of them are told at Debug only",
        EventName = "SideRefusals")]
    public static partial void SideRefusals(
        GuardedLogger logger, int count, TimeSpan window, string reasons, string addresses, int held);

    [LoggerMessage(34, LogLevel.Debug, "The side connection with {EndPoint} was refused, as many others: {Reason}",
        EventName = "SideRefusalDetail")]
    public static partial void SideRefusalDetail(GuardedLogger logger, System.Net.EndPoint? endPoint, string reason);
}
