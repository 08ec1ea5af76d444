using Microsoft.Extensions.Logging;

namespace Liveness.AspNetCore;

/// <summary>
/// Every log message of this package, under the category "Liveness.AspNetCore". Ids and names are part of the contract; the library's own
/// end at 99.
/// </summary>
internal static partial class Log
{
    public const string Category = "Liveness.AspNetCore";

    [LoggerMessage(100, LogLevel.Debug,
        "Connection {ConnectionId} did not come to be watched as '{Name}' and is closed: {Reason}",
        EventName = "ConnectionNotAttached")]
    public static partial void ConnectionNotAttached(ILogger logger, string connectionId, string name, string reason);

    [LoggerMessage(101, LogLevel.Debug,
        "The application ended with the loss of connection {ConnectionId}: {Loss}",
        EventName = "ApplicationMetLoss")]
    public static partial void ApplicationMetLoss(ILogger logger, string connectionId, ConnectionLoss loss);

    [LoggerMessage(102, LogLevel.Debug,
        "The application ended with the abort of connection {ConnectionId} at this end",
        EventName = "ApplicationMetAbort")]
    public static partial void ApplicationMetAbort(ILogger logger, string connectionId);

    [LoggerMessage(103, LogLevel.Error,
        "The options of health check '{Check}' are no longer valid and are ignored; the last good ones stay in force: {Failures}",
        EventName = "HealthSettingsRefused")]
    public static partial void HealthSettingsRefused(ILogger logger, string check, string failures);
}
