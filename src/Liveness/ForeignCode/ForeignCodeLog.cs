using Microsoft.Extensions.Logging;

namespace Liveness;

/// <summary>
/// Log messages of what code of others does to this library. Ids and names are part of the contract: never reused, never changed.
/// Text of a peer is only ever a value, never a name.
/// </summary>
internal static partial class ForeignCodeLog
{
    /// <param name="logger">Told of it.</param>
    /// <param name="exception">What was thrown.</param>
    /// <param name="event">As its owner knows it.</param>
    /// <param name="label">The default where it is about no connection, or nobody knows which.</param>
    public static void HandlerThrew(GuardedLogger logger, Exception exception, string @event, ConnectionLabel label) =>
        HandlerThrew(logger, exception, @event, label.Remote, label.Id, label.Name, label.OwnId);

    [LoggerMessage(42, LogLevel.Warning,
        "The logger was slow or blocked: {Count} lines before this one were dropped",
        EventName = "LinesDropped")]
    public static partial void LinesDropped(GuardedLogger logger, int count);

    [LoggerMessage(43, LogLevel.Error,
        "The TimeProvider {Clock} threw: the system's clock has taken its place for good",
        EventName = "ClockFailed")]
    public static partial void ClockFailed(GuardedLogger logger, Exception exception, string clock);

    [LoggerMessage(60, LogLevel.Error, "A handler of {Event} threw [" + ConnectionLabel.Fields, EventName = "HandlerThrew")]
    private static partial void HandlerThrew(
        GuardedLogger logger, Exception exception, string @event, string? remoteEndPoint, long? connectionId, string? connectionName,
        string? ownId);
}
