using Microsoft.Extensions.Logging;

namespace Liveness;

/// <summary>
/// Log messages of the factory. Ids and names are part of the contract: never reused, never changed.
/// Text of a peer is only ever a value, never a name.
/// </summary>
internal static partial class FactoryLog
{
    public static void PlainPeerServed(GuardedLogger logger, PlainSign sign, bool isWatched, ConnectionLabel label) =>
        PlainPeerServed(
            logger, PlainSigns.Text(sign), isWatched ? "its kernel" : "nobody", label.Remote, label.Id, label.Name, label.OwnId);

    [LoggerMessage(90, LogLevel.Information,
        "Going away: the peers of {Connections} connections are told, and have {Within} for their answers",
        EventName = "DrainBegun")]
    public static partial void DrainBegun(GuardedLogger logger, int connections, TimeSpan within);

    [LoggerMessage(91, LogLevel.Information,
        "Gone away: {Connections} connections in {Took}: {Confirmed} confirmed, {NotConfirmed} not confirmed, {Lost} lost, {NotTold} not "
        + "told",
        EventName = "DrainEnded")]
    public static partial void DrainEnded(
        GuardedLogger logger, int connections, TimeSpan took, int confirmed, int notConfirmed, int lost, int notTold);

    public static void SocketNotWatched(GuardedLogger logger, string reason, ConnectionLabel label) =>
        SocketNotWatched(logger, reason, label.Remote, label.Id, label.Name, label.OwnId);

    [LoggerMessage(92, LogLevel.Warning, "A socket that was handed over is not watched: {Reason} [" + ConnectionLabel.Fields,
        EventName = "SocketNotWatched")]
    private static partial void SocketNotWatched(
        GuardedLogger logger, string reason, string? remoteEndPoint, long? connectionId, string? connectionName, string? ownId);

    [LoggerMessage(93, LogLevel.Debug,
        "A peer that doesn't speak Liveness is served, watched by {Watcher}: {Sign} [" + ConnectionLabel.Fields,
        EventName = "PlainPeerServed")]
    private static partial void PlainPeerServed(
        GuardedLogger logger, string sign, string watcher, string? remoteEndPoint, long? connectionId, string? connectionName,
        string? ownId);

    public static void HttpNotWatched(GuardedLogger logger, string stream, LivenessMode mode, ConnectionLabel label) =>
        HttpNotWatched(logger, stream, mode, label.Remote, label.Id, label.Name, label.OwnId);

    [LoggerMessage(94, LogLevel.Warning,
        "Connections of an HTTP handler pass unwatched: mode {Mode} needs a TCP socket, and none can be found beneath a {Stream} ["
        + ConnectionLabel.Fields,
        EventName = "HttpNotWatched")]
    private static partial void HttpNotWatched(
        GuardedLogger logger, string stream, LivenessMode mode, string? remoteEndPoint, long? connectionId, string? connectionName,
        string? ownId);
}
