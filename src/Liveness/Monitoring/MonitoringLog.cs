using Microsoft.Extensions.Logging;

namespace Liveness;

/// <summary>
/// Log messages of the states and the end of a connection. Ids and names are part of the contract: never reused, never changed.
/// Text of a peer is only ever a value, never a name.
/// </summary>
internal static partial class MonitoringLog
{
    /// <summary>In the messages of a loss.</summary>
    private const string OfLoss = "diagnosis {Diagnosis}, certainty {Certainty}, error.type {ErrorType}, ";

    public static void Suspect(GuardedLogger logger, ConnectionSnapshot seen, int? untold, ConnectionLabel label) => Suspect(
        logger, seen.Silence ?? TimeSpan.Zero, seen.Bound, MissedBeats(seen), untold is 0 ? null : untold, label.Remote, label.Id,
        label.Name, label.OwnId);

    public static void SuspectDetail(GuardedLogger logger, ConnectionSnapshot seen, ConnectionLabel label) => SuspectDetail(
        logger, seen.Silence ?? TimeSpan.Zero, seen.Bound, MissedBeats(seen), label.Remote, label.Id, label.Name, label.OwnId);

    public static void AliveAgain(GuardedLogger logger, ConnectionLabel label) =>
        AliveAgain(logger, label.Remote, label.Id, label.Name, label.OwnId);

    public static void AliveAgainDetail(GuardedLogger logger, ConnectionLabel label) =>
        AliveAgainDetail(logger, label.Remote, label.Id, label.Name, label.OwnId);

    public static void ConditionsChanged(
        GuardedLogger logger, ConnectionConditions before, ConnectionSnapshot now, ConnectionLabel label) =>
        ConditionsChanged(logger, before, now.Conditions, now.IncidentId, label.Remote, label.Id, label.Name, label.OwnId);

    public static void ConnectionLost(GuardedLogger logger, ConnectionLoss loss, ConnectionLabel label) => ConnectionLost(
        logger, loss, loss.Diagnosis, loss.Certainty, loss.ErrorType, loss.Evidence.IncidentId, label.Remote, label.Id, label.Name,
        label.OwnId);

    public static void LossDetail(GuardedLogger logger, ConnectionLoss loss, ConnectionLabel label) => LossDetail(
        logger, loss, loss.Diagnosis, loss.Certainty, loss.ErrorType, loss.Evidence.IncidentId, label.Remote, label.Id, label.Name,
        label.OwnId);

    public static void HandshakeLost(GuardedLogger logger, ConnectionLoss loss, ConnectionLabel label) => HandshakeLost(
        logger, loss, loss.Diagnosis, loss.Certainty, loss.ErrorType, label.Remote, label.Id, label.Name, label.OwnId);

    public static void HandshakeLostDetail(GuardedLogger logger, ConnectionLoss loss, ConnectionLabel label) => HandshakeLostDetail(
        logger, loss, loss.Diagnosis, loss.Certainty, loss.ErrorType, label.Remote, label.Id, label.Name, label.OwnId);

    public static void ConnectionsLost(GuardedLogger logger, BurstCount many, LossTally what) => ConnectionsLost(
        logger, many.All, what.Name, many.Window, what.Diagnoses, many.Held, what.Diagnosis, what.Certainty, what.ErrorType,
        what.FirstRemote, what.LastRemote);

    public static void HandlerStillRuns(GuardedLogger logger, string handlers, TimeSpan waited, ConnectionLabel label) =>
        HandlerStillRuns(logger, handlers, waited, label.Remote, label.Id, label.Name, label.OwnId);

    public static void HandlerOverdue(GuardedLogger logger, string @event, TimeSpan waited, ConnectionLabel label) =>
        HandlerOverdue(logger, @event, waited, label.Remote, label.Id, label.Name, label.OwnId);

    private static int? MissedBeats(ConnectionSnapshot seen) =>
        seen is { Silence: { } silence, ReceiveInterval: { } interval } && interval > TimeSpan.Zero ? (int)(silence / interval) : null;

    [LoggerMessage(1, LogLevel.Information,
        "Suspect: nothing heard for {Silence} of {Bound}, {MissedBeats} beats missing; probing [untold before {Untold}, "
        + ConnectionLabel.Fields,
        EventName = "Suspect")]
    private static partial void Suspect(
        GuardedLogger logger, TimeSpan silence, TimeSpan? bound, int? missedBeats, int? untold, string? remoteEndPoint, long? connectionId,
        string? connectionName, string? ownId);

    [LoggerMessage(2, LogLevel.Information, "Alive again [" + ConnectionLabel.Fields, EventName = "AliveAgain")]
    private static partial void AliveAgain(
        GuardedLogger logger, string? remoteEndPoint, long? connectionId, string? connectionName, string? ownId);

    [LoggerMessage(3, LogLevel.Information,
        "Conditions changed from {OldConditions} to {NewConditions} [incident {IncidentId}, " + ConnectionLabel.Fields,
        EventName = "ConditionsChanged")]
    private static partial void ConditionsChanged(
        GuardedLogger logger, ConnectionConditions oldConditions, ConnectionConditions newConditions, string? incidentId,
        string? remoteEndPoint, long? connectionId, string? connectionName, string? ownId);

    [LoggerMessage(20, LogLevel.Warning, "Connection lost: {Loss} [" + OfLoss + "incident {IncidentId}, " + ConnectionLabel.Fields,
        EventName = "ConnectionLost")]
    private static partial void ConnectionLost(
        GuardedLogger logger, ConnectionLoss loss, LossDiagnosis diagnosis, LossCertainty certainty, string errorType, string? incidentId,
        string? remoteEndPoint, long? connectionId, string? connectionName, string? ownId);

    [LoggerMessage(22, LogLevel.Information, "No connection came about: {Loss} [" + OfLoss + ConnectionLabel.Fields,
        EventName = "HandshakeLost")]
    private static partial void HandshakeLost(
        GuardedLogger logger, ConnectionLoss loss, LossDiagnosis diagnosis, LossCertainty certainty, string errorType,
        string? remoteEndPoint, long? connectionId, string? connectionName, string? ownId);

    [LoggerMessage(24, LogLevel.Warning,
        "{Count:N0} connections of {ConnectionName} lost within {Window:s'.'f} s, {Diagnoses}: one cause? {Held:N0} of them are told at "
        + "Debug only [" + OfLoss + "first remote {FirstRemote}, last remote {LastRemote}]",
        EventName = "ConnectionsLost")]
    private static partial void ConnectionsLost(
        GuardedLogger logger, int count, string? connectionName, TimeSpan window, string diagnoses, int held, LossDiagnosis? diagnosis,
        LossCertainty? certainty, string? errorType, string? firstRemote, string? lastRemote);

    [LoggerMessage(25, LogLevel.Debug,
        "Connection lost, as many others: {Loss} [" + OfLoss + "incident {IncidentId}, " + ConnectionLabel.Fields,
        EventName = "LossDetail")]
    private static partial void LossDetail(
        GuardedLogger logger, ConnectionLoss loss, LossDiagnosis diagnosis, LossCertainty certainty, string errorType, string? incidentId,
        string? remoteEndPoint, long? connectionId, string? connectionName, string? ownId);

    [LoggerMessage(26, LogLevel.Information,
        "{Count:N0} connections of {ConnectionName} suspect within {Window:s'.'f} s: nothing is heard of them. {Held:N0} of them are told "
        + "at Debug only [first remote {FirstRemote}, last remote {LastRemote}]",
        EventName = "ConnectionsSuspect")]
    public static partial void ConnectionsSuspect(
        GuardedLogger logger, int count, string? connectionName, TimeSpan window, int held, string? firstRemote, string? lastRemote);

    [LoggerMessage(27, LogLevel.Debug,
        "Suspect, as many others or as often before: nothing heard for {Silence} of {Bound}, {MissedBeats} beats missing ["
        + ConnectionLabel.Fields,
        EventName = "SuspectDetail")]
    private static partial void SuspectDetail(
        GuardedLogger logger, TimeSpan silence, TimeSpan? bound, int? missedBeats, string? remoteEndPoint, long? connectionId,
        string? connectionName, string? ownId);

    [LoggerMessage(28, LogLevel.Debug, "Alive again, as many others or as often before [" + ConnectionLabel.Fields,
        EventName = "AliveAgainDetail")]
    private static partial void AliveAgainDetail(
        GuardedLogger logger, string? remoteEndPoint, long? connectionId, string? connectionName, string? ownId);

    [LoggerMessage(29, LogLevel.Information,
        "{Count:N0} connections of {ConnectionName} did not come about within {Window:s'.'f} s. Most frequent reasons: {Reasons}; "
        + "addresses: {Addresses}. {Held:N0} of them are told at Debug only",
        EventName = "Strangers")]
    public static partial void Strangers(
        GuardedLogger logger, int count, string? connectionName, TimeSpan window, int held, string reasons, string addresses);

    [LoggerMessage(30, LogLevel.Debug, "No connection came about, as with many others: {Loss} [" + OfLoss + ConnectionLabel.Fields,
        EventName = "HandshakeLostDetail")]
    private static partial void HandshakeLostDetail(
        GuardedLogger logger, ConnectionLoss loss, LossDiagnosis diagnosis, LossCertainty certainty, string errorType,
        string? remoteEndPoint, long? connectionId, string? connectionName, string? ownId);

    [LoggerMessage(61, LogLevel.Warning,
        "{Handlers} still runs after {Waited}: the connection is closed without waiting for it, and no other handler is called ["
        + ConnectionLabel.Fields,
        EventName = "HandlerStillRuns")]
    private static partial void HandlerStillRuns(
        GuardedLogger logger, string handlers, TimeSpan waited, string? remoteEndPoint, long? connectionId, string? connectionName,
        string? ownId);

    [LoggerMessage(62, LogLevel.Warning,
        "A handler of {Event} still runs after {Waited}: the next one is called, and this one is left to itself ["
        + ConnectionLabel.Fields,
        EventName = "HandlerOverdue")]
    private static partial void HandlerOverdue(
        GuardedLogger logger, string @event, TimeSpan waited, string? remoteEndPoint, long? connectionId, string? connectionName,
        string? ownId);
}
