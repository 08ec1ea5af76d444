using Microsoft.Extensions.Logging;

namespace Liveness;

/// <summary>
/// Every log message. Ids and names are part of the contract: never reused, never changed. Text of a peer is only ever a value, never a
/// name.
/// </summary>
/// <remarks>1-19 the connection, 20-39 its end, 40-59 this process, 60-79 code of the user, 80-99 configuration.</remarks>
internal static partial class Log
{
    private const string Which = " [remote {RemoteEndPoint}, connection {ConnectionId}, name {ConnectionName}]";

    public static void Suspect(GuardedLogger logger, TimeSpan silence, TimeSpan bound, ConnectionLabel label) => Suspect(logger, silence, bound, label.Remote, label.Id, label.Name);

    public static void AliveAgain(GuardedLogger logger, ConnectionLabel label) => AliveAgain(logger, label.Remote, label.Id, label.Name);

    public static void ConditionsChanged(GuardedLogger logger, ConnectionConditions before, ConnectionSnapshot now, ConnectionLabel label) =>
        ConditionsChanged(logger, before, now.Conditions, now.IncidentId, label.Remote, label.Id, label.Name);

    public static void BoundExceedsDetectWithin(GuardedLogger logger, TimeSpan bound, TimeSpan detectWithin, string reason, ConnectionLabel label) =>
        BoundExceedsDetectWithin(logger, bound, detectWithin, reason, label.Remote, label.Id, label.Name);

    public static void NeverStarted(GuardedLogger logger, TimeSpan age, ConnectionLabel label) => NeverStarted(logger, age, label.Remote, label.Name);

    public static void ConnectionLost(GuardedLogger logger, ConnectionLoss loss, ConnectionLabel label) =>
        ConnectionLost(logger, loss, loss.ErrorType, loss.Evidence.IncidentId, label.Remote, label.Id, label.Name);

    public static void HandshakeLost(GuardedLogger logger, ConnectionLoss loss, ConnectionLabel label) => HandshakeLost(logger, loss, loss.ErrorType, label.Remote, label.Id, label.Name);

    [LoggerMessage(1, LogLevel.Debug, "Suspect: nothing heard for {Silence} of {Bound}; probing" + Which, EventName = "Suspect")]
    public static partial void Suspect(GuardedLogger logger, TimeSpan silence, TimeSpan bound, string? remoteEndPoint, long? connectionId, string? connectionName);

    [LoggerMessage(2, LogLevel.Debug, "Alive again" + Which, EventName = "AliveAgain")]
    public static partial void AliveAgain(GuardedLogger logger, string? remoteEndPoint, long? connectionId, string? connectionName);

    [LoggerMessage(3, LogLevel.Information, "Conditions changed from {OldConditions} to {NewConditions} [incident {IncidentId}, remote {RemoteEndPoint}, connection {ConnectionId}, name {ConnectionName}]", EventName = "ConditionsChanged")]
    public static partial void ConditionsChanged(
        GuardedLogger logger, ConnectionConditions oldConditions, ConnectionConditions newConditions, string? incidentId, string? remoteEndPoint, long? connectionId, string? connectionName);

    [LoggerMessage(4, LogLevel.Warning, "A loss is detected within {Bound} only, not within DetectWithin = {DetectWithin}: {Reason}" + Which, EventName = "BoundExceedsDetectWithin")]
    public static partial void BoundExceedsDetectWithin(
        GuardedLogger logger, TimeSpan bound, TimeSpan detectWithin, string reason, string? remoteEndPoint, long? connectionId, string? connectionName);

    [LoggerMessage(5, LogLevel.Debug, "Writes to the transport fail; the read side decides what that means", EventName = "WritesFailed")]
    public static partial void WritesFailed(GuardedLogger logger, Exception exception);

    [LoggerMessage(6, LogLevel.Warning, "Keepalive could not be applied in full: {Result}", EventName = "KeepAliveIncomplete")]
    public static partial void KeepAliveIncomplete(GuardedLogger logger, TcpKeepAliveResult result);

    [LoggerMessage(7, LogLevel.Debug, "The side connection to {EndPoint} could not be rebuilt; trying again", EventName = "SideRebuildFailed")]
    public static partial void SideRebuildFailed(GuardedLogger logger, System.Net.EndPoint endPoint, Exception exception);

    [LoggerMessage(8, LogLevel.Warning, "The side connection with {EndPoint} was refused: {Reason}", EventName = "SideRefused")]
    public static partial void SideRefused(GuardedLogger logger, System.Net.EndPoint? endPoint, string reason);

    [LoggerMessage(9, LogLevel.Warning, "{EndPoint} refused to watch a connection: {Reason}", EventName = "SideWatchRefused")]
    public static partial void SideWatchRefused(GuardedLogger logger, System.Net.EndPoint? endPoint, WatchRefusal reason);

    [LoggerMessage(10, LogLevel.Debug, "A side connection could not be accepted", EventName = "SideAcceptFailed")]
    public static partial void SideAcceptFailed(GuardedLogger logger, Exception exception);

    [LoggerMessage(11, LogLevel.Information, "A side connection from {EndPoint} did not get through its handshake", EventName = "SideHandshakeFailed")]
    public static partial void SideHandshakeFailed(GuardedLogger logger, System.Net.EndPoint endPoint, Exception exception);

    [LoggerMessage(12, LogLevel.Trace, "Beat {Sequence} sent", EventName = "BeatSent")]
    public static partial void BeatSent(GuardedLogger logger, uint sequence);

    [LoggerMessage(13, LogLevel.Trace, "Beat {Sequence} received; round trip {RoundTrip}", EventName = "BeatReceived")]
    public static partial void BeatReceived(GuardedLogger logger, uint sequence, TimeSpan? roundTrip);

    [LoggerMessage(14, LogLevel.Debug, "A ping could not be sent; the read side decides what that means", EventName = "PingFailed")]
    public static partial void PingFailed(GuardedLogger logger, Exception exception);

    [LoggerMessage(15, LogLevel.Information, "The kernel has taken another path after timeouts, {Changes} times by now; the connection lives on [incident {IncidentId}]", EventName = "PathChanged")]
    public static partial void PathChanged(GuardedLogger logger, long changes, string? incidentId);

    [LoggerMessage(16, LogLevel.Warning, "A HeartbeatStream over {RemoteEndPoint} was made {Age} ago and never started: nothing is sent and nothing is watched. Call StartAsync, or read or write [name {ConnectionName}]", EventName = "NeverStarted")]
    public static partial void NeverStarted(GuardedLogger logger, TimeSpan age, string? remoteEndPoint, string? connectionName);

    [LoggerMessage(17, LogLevel.Information, "The kernel does not ask the peer of {RemoteEndPoint} for signs of life while the connection is idle: {Reason}", EventName = "WitnessRests")]
    public static partial void WitnessRests(GuardedLogger logger, string reason, string? remoteEndPoint);

    [LoggerMessage(18, LogLevel.Warning, "What the kernel knows of the connection with {RemoteEndPoint} can't be read: {Reason}. It is watched by the side connection alone", EventName = "KernelUnseen")]
    public static partial void KernelUnseen(GuardedLogger logger, string reason, string? remoteEndPoint);

    [LoggerMessage(19, LogLevel.Warning, "The side connection to {EndPoint} could not be made; until it is there, connections are watched by their kernel alone. Trying again", EventName = "SideMissing")]
    public static partial void SideMissing(GuardedLogger logger, System.Net.EndPoint endPoint, Exception exception);

    [LoggerMessage(20, LogLevel.Warning, "Connection lost: {Loss} [error.type {ErrorType}, incident {IncidentId}, remote {RemoteEndPoint}, connection {ConnectionId}, name {ConnectionName}]", EventName = "ConnectionLost")]
    public static partial void ConnectionLost(
        GuardedLogger logger, ConnectionLoss loss, string errorType, string? incidentId, string? remoteEndPoint, long? connectionId, string? connectionName);

    [LoggerMessage(21, LogLevel.Warning, "Closed, but the peer has not confirmed the last {UnconfirmedBytes} bytes; waited {Waited}", EventName = "CloseNotConfirmed")]
    public static partial void CloseNotConfirmed(GuardedLogger logger, long unconfirmedBytes, TimeSpan waited);

    [LoggerMessage(22, LogLevel.Information, "No connection came about: {Loss} [error.type {ErrorType}, remote {RemoteEndPoint}, connection {ConnectionId}, name {ConnectionName}]", EventName = "HandshakeLost")]
    public static partial void HandshakeLost(GuardedLogger logger, ConnectionLoss loss, string errorType, string? remoteEndPoint, long? connectionId, string? connectionName);

    [LoggerMessage(23, LogLevel.Information, "Aborted by this end; {UnconfirmedBytes} bytes are not confirmed by the peer. Reason given: {Reason}", EventName = "Aborted")]
    public static partial void Aborted(GuardedLogger logger, long unconfirmedBytes, string? reason);

    [LoggerMessage(40, LogLevel.Information, "This process did not run for {Pause}; no peer is blamed for that time", EventName = "OwnPause")]
    public static partial void OwnPause(GuardedLogger logger, TimeSpan pause);

    [LoggerMessage(41, LogLevel.Error, "Background work failed", EventName = "WorkItemThrew")]
    public static partial void WorkItemThrew(GuardedLogger logger, Exception exception);

    [LoggerMessage(42, LogLevel.Warning, "The logger was slow or blocked: {Count} lines before this one were dropped", EventName = "LinesDropped")]
    public static partial void LinesDropped(GuardedLogger logger, int count);

    [LoggerMessage(43, LogLevel.Error, "The TimeProvider {Clock} threw: the system's clock has taken its place for good", EventName = "ClockFailed")]
    public static partial void ClockFailed(GuardedLogger logger, Exception exception, string clock);

    [LoggerMessage(60, LogLevel.Error, "A handler of {Event} threw", EventName = "HandlerThrew")]
    public static partial void HandlerThrew(GuardedLogger logger, Exception exception, string @event);

    [LoggerMessage(61, LogLevel.Warning, "{Handlers} still runs after {Waited}: the connection is closed without waiting for it, and no other handler is called", EventName = "HandlerStillRuns")]
    public static partial void HandlerStillRuns(GuardedLogger logger, string handlers, TimeSpan waited);

    [LoggerMessage(80, LogLevel.Information, "The settings of '{Name}' have changed: DetectWithin {DetectWithin}; {Connections} live connections go by them now", EventName = "SettingsReloaded")]
    public static partial void SettingsReloaded(GuardedLogger logger, string name, TimeSpan detectWithin, int connections);

    [LoggerMessage(81, LogLevel.Error, "The new settings of '{Name}' are not valid and are ignored; the last good ones stay in force: {Failures}", EventName = "SettingsRefused")]
    public static partial void SettingsRefused(GuardedLogger logger, string name, string failures);

    [LoggerMessage(82, LogLevel.Warning, "The settings of '{Name}' have changed, but a side channel keeps what it was made with: restart to use them", EventName = "SettingsNeedRestart")]
    public static partial void SettingsNeedRestart(GuardedLogger logger, string name);

    [LoggerMessage(83, LogLevel.Information, "The settings of '{Name}': {Settings}; all others are at their defaults", EventName = "SettingsInForce")]
    public static partial void SettingsInForce(GuardedLogger logger, string name, string settings);

    [LoggerMessage(84, LogLevel.Warning, "Missing from the configuration of '{Name}', and left as they were: {Settings}", EventName = "SettingsMissing")]
    public static partial void SettingsMissing(GuardedLogger logger, string name, string settings);

    [LoggerMessage(85, LogLevel.Warning, "The settings of '{Name}' are bound past BindConfiguration of this library: what is missing or misspelt there is not noticed", EventName = "SettingsUnchecked")]
    public static partial void SettingsUnchecked(GuardedLogger logger, string name);
}
