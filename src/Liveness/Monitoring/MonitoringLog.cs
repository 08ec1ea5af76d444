using Microsoft.Extensions.Logging;

namespace Liveness;

/// <summary>
/// Log messages of the states and the end of a connection. Ids and names are part of the contract: never reused, never changed.
/// Text of a peer is only ever a value, never a name.
/// </summary>
internal static partial class MonitoringLog
{
    /// <summary>Ends the text of whatever is said of one connection.</summary>
    public const string Which = " [remote {RemoteEndPoint}, connection {ConnectionId}, name {ConnectionName}]";

    public static void Suspect(GuardedLogger logger, TimeSpan silence, TimeSpan bound, ConnectionLabel label) =>
        Suspect(logger, silence, bound, label.Remote, label.Id, label.Name);

    public static void AliveAgain(GuardedLogger logger, ConnectionLabel label) => AliveAgain(logger, label.Remote, label.Id, label.Name);

    public static void ConditionsChanged(
        GuardedLogger logger, ConnectionConditions before, ConnectionSnapshot now, ConnectionLabel label) =>
        ConditionsChanged(logger, before, now.Conditions, now.IncidentId, label.Remote, label.Id, label.Name);

    public static void ConnectionLost(GuardedLogger logger, ConnectionLoss loss, ConnectionLabel label) =>
        ConnectionLost(logger, loss, loss.ErrorType, loss.Evidence.IncidentId, label.Remote, label.Id, label.Name);

    public static void HandshakeLost(GuardedLogger logger, ConnectionLoss loss, ConnectionLabel label) =>
        HandshakeLost(logger, loss, loss.ErrorType, label.Remote, label.Id, label.Name);

    [LoggerMessage(1, LogLevel.Debug, "Suspect: nothing heard for {Silence} of {Bound}; probing" + Which, EventName = "Suspect")]
    public static partial void Suspect(
        GuardedLogger logger, TimeSpan silence, TimeSpan bound, string? remoteEndPoint, long? connectionId, string? connectionName);

    [LoggerMessage(2, LogLevel.Debug, "Alive again" + Which, EventName = "AliveAgain")]
    public static partial void AliveAgain(GuardedLogger logger, string? remoteEndPoint, long? connectionId, string? connectionName);

    [LoggerMessage(3, LogLevel.Information,
        "Conditions changed from {OldConditions} to {NewConditions} [incident {IncidentId}, remote {RemoteEndPoint}, connection "
        + "{ConnectionId}, name {ConnectionName}]",
        EventName = "ConditionsChanged")]
    public static partial void ConditionsChanged(
        GuardedLogger logger, ConnectionConditions oldConditions, ConnectionConditions newConditions, string? incidentId,
        string? remoteEndPoint, long? connectionId, string? connectionName);

    [LoggerMessage(20, LogLevel.Warning,
        "Connection lost: {Loss} [error.type {ErrorType}, incident {IncidentId}, remote {RemoteEndPoint}, connection {ConnectionId}, "
        + "name {ConnectionName}]",
        EventName = "ConnectionLost")]
    public static partial void ConnectionLost(
        GuardedLogger logger, ConnectionLoss loss, string errorType, string? incidentId, string? remoteEndPoint, long? connectionId,
        string? connectionName);

    [LoggerMessage(22, LogLevel.Information,
        "No connection came about: {Loss} [error.type {ErrorType}, remote {RemoteEndPoint}, connection {ConnectionId}, name "
        + "{ConnectionName}]",
        EventName = "HandshakeLost")]
    public static partial void HandshakeLost(
        GuardedLogger logger, ConnectionLoss loss, string errorType, string? remoteEndPoint, long? connectionId, string? connectionName);

    [LoggerMessage(61, LogLevel.Warning,
        "{Handlers} still runs after {Waited}: the connection is closed without waiting for it, and no other handler is called",
        EventName = "HandlerStillRuns")]
    public static partial void HandlerStillRuns(GuardedLogger logger, string handlers, TimeSpan waited);

    [LoggerMessage(62, LogLevel.Warning,
        "A handler of {Event} still runs after {Waited}: the next one is called, and this one is left to itself",
        EventName = "HandlerOverdue")]
    public static partial void HandlerOverdue(GuardedLogger logger, string @event, TimeSpan waited);
}
