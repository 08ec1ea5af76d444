using Microsoft.Extensions.Logging;

namespace Liveness.AspNetCore;

/// <summary>
/// Every log message of this package, under the category "Liveness.AspNetCore". Ids and names are part of the contract; the library's own
/// end at 99.
/// </summary>
internal static partial class Log
{
    public const string Category = "Liveness.AspNetCore";

    /// <summary>As in the library's own lines; Kestrel's id stands beside ours.</summary>
    private const string Which =
        " [Kestrel's id {KestrelConnectionId}, remote {RemoteEndPoint}, connection {ConnectionId}, name {ConnectionName}, own id {OwnId}]";

    public static void ConnectionNotAttached(
        ILogger logger, string kestrelId, string reason, string? remote, string? name, string? ownId) =>
        ConnectionNotAttached(logger, reason, kestrelId, remote, null, name, ownId);

    public static void ApplicationMetLoss(ILogger logger, string kestrelId, ConnectionLoss loss, LivenessConnection of) =>
        ApplicationMetLoss(
            logger, loss, loss.Diagnosis, loss.Certainty, loss.ErrorType, kestrelId, of.Description, of.Id, of.Name, of.OwnId);

    public static void ApplicationMetAbort(ILogger logger, string kestrelId, LivenessConnection of) =>
        ApplicationMetAbort(logger, kestrelId, of.Description, of.Id, of.Name, of.OwnId);

    public static void OwnIdRefused(ILogger logger, string kestrelId, string reason, string? remote, string? name) =>
        OwnIdRefused(logger, reason, kestrelId, remote, null, name, null);

    [LoggerMessage(100, LogLevel.Debug, "A connection did not come to be watched and is closed: {Reason}" + Which,
        EventName = "ConnectionNotAttached")]
    private static partial void ConnectionNotAttached(
        ILogger logger, string reason, string kestrelConnectionId, string? remoteEndPoint, long? connectionId, string? connectionName,
        string? ownId);

    [LoggerMessage(101, LogLevel.Debug,
        "The application ended with the loss of its connection: {Loss} (diagnosis {Diagnosis}, certainty {Certainty}, error.type "
        + "{ErrorType})" + Which,
        EventName = "ApplicationMetLoss")]
    private static partial void ApplicationMetLoss(
        ILogger logger, ConnectionLoss loss, LossDiagnosis diagnosis, LossCertainty certainty, string errorType, string kestrelConnectionId,
        string? remoteEndPoint, long? connectionId, string? connectionName, string? ownId);

    [LoggerMessage(102, LogLevel.Debug, "The application ended with the abort of its connection at this end" + Which,
        EventName = "ApplicationMetAbort")]
    private static partial void ApplicationMetAbort(
        ILogger logger, string kestrelConnectionId, string? remoteEndPoint, long? connectionId, string? connectionName, string? ownId);

    [LoggerMessage(104, LogLevel.Warning, "The id for a connection is not taken, and it goes on without one: {Reason}" + Which,
        EventName = "OwnIdRefused")]
    private static partial void OwnIdRefused(
        ILogger logger, string reason, string kestrelConnectionId, string? remoteEndPoint, long? connectionId, string? connectionName,
        string? ownId);

    [LoggerMessage(103, LogLevel.Error,
        "The options of health check '{Check}' are no longer valid and are ignored; the last good ones stay in force: {Failures}",
        EventName = "HealthSettingsRefused")]
    public static partial void HealthSettingsRefused(ILogger logger, string check, string failures);
}
