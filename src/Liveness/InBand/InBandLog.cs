using Microsoft.Extensions.Logging;

namespace Liveness;

/// <summary>
/// Log messages of in-band connections. Ids and names are part of the contract: never reused, never changed.
/// Text of a peer is only ever a value, never a name.
/// </summary>
internal static partial class InBandLog
{
    public static void BoundExceedsDetectWithin(
        GuardedLogger logger, TimeSpan bound, TimeSpan detectWithin, string reason, ConnectionLabel label) =>
        BoundExceedsDetectWithin(logger, bound, detectWithin, reason, label.Remote, label.Id, label.Name, label.OwnId);

    public static void NeverStarted(GuardedLogger logger, TimeSpan age, ConnectionLabel label) =>
        NeverStarted(logger, age, label.Remote, label.Id, label.Name, label.OwnId);

    public static void WritesFailed(GuardedLogger logger, Exception exception, ConnectionLabel label) =>
        WritesFailed(logger, exception, label.Remote, label.Id, label.Name, label.OwnId);

    public static void BeatSent(GuardedLogger logger, uint sequence, ConnectionLabel label) =>
        BeatSent(logger, sequence, label.Remote, label.Id, label.Name, label.OwnId);

    public static void BeatReceived(GuardedLogger logger, uint sequence, TimeSpan? roundTrip, ConnectionLabel label) =>
        BeatReceived(logger, sequence, roundTrip, label.Remote, label.Id, label.Name, label.OwnId);

    public static void PathChanged(GuardedLogger logger, long changes, string? incidentId, ConnectionLabel label) =>
        PathChanged(logger, changes, incidentId, label.Remote, label.Id, label.Name, label.OwnId);

    public static void CloseNotConfirmed(GuardedLogger logger, long unconfirmedBytes, TimeSpan waited, ConnectionLabel label) =>
        CloseNotConfirmed(logger, unconfirmedBytes, waited, label.Remote, label.Id, label.Name, label.OwnId);

    public static void Aborted(GuardedLogger logger, long unconfirmedBytes, string? reason, ConnectionLabel label) =>
        Aborted(logger, unconfirmedBytes, reason, label.Remote, label.Id, label.Name, label.OwnId);

    /// <param name="logger">Told of it.</param>
    /// <param name="exception">What was thrown.</param>
    /// <param name="label">The default where it is about no connection.</param>
    public static void WorkItemThrew(GuardedLogger logger, Exception exception, ConnectionLabel label) =>
        WorkItemThrew(logger, exception, label.Remote, label.Id, label.Name, label.OwnId);

    [LoggerMessage(4, LogLevel.Warning,
        "A loss is detected within {Bound} only, not within DetectWithin = {DetectWithin}: {Reason} [" + ConnectionLabel.Fields,
        EventName = "BoundExceedsDetectWithin")]
    private static partial void BoundExceedsDetectWithin(
        GuardedLogger logger, TimeSpan bound, TimeSpan detectWithin, string reason, string? remoteEndPoint, long? connectionId,
        string? connectionName, string? ownId);

    [LoggerMessage(5, LogLevel.Debug,
        "Writes to the transport fail; the read side decides what that means [" + ConnectionLabel.Fields,
        EventName = "WritesFailed")]
    private static partial void WritesFailed(
        GuardedLogger logger, Exception exception, string? remoteEndPoint, long? connectionId, string? connectionName, string? ownId);

    [LoggerMessage(12, LogLevel.Trace, "Beat {Sequence} sent [" + ConnectionLabel.Fields, EventName = "BeatSent")]
    private static partial void BeatSent(
        GuardedLogger logger, uint sequence, string? remoteEndPoint, long? connectionId, string? connectionName, string? ownId);

    [LoggerMessage(13, LogLevel.Trace, "Beat {Sequence} received; round trip {RoundTrip} [" + ConnectionLabel.Fields,
        EventName = "BeatReceived")]
    private static partial void BeatReceived(
        GuardedLogger logger, uint sequence, TimeSpan? roundTrip, string? remoteEndPoint, long? connectionId, string? connectionName,
        string? ownId);

    [LoggerMessage(15, LogLevel.Information,
        "The kernel has taken another path after timeouts, {Changes} times by now; the connection lives on [incident {IncidentId}, "
        + ConnectionLabel.Fields,
        EventName = "PathChanged")]
    private static partial void PathChanged(
        GuardedLogger logger, long changes, string? incidentId, string? remoteEndPoint, long? connectionId, string? connectionName,
        string? ownId);

    [LoggerMessage(16, LogLevel.Warning,
        "A HeartbeatStream was made {Age} ago and never started: nothing is sent and nothing is watched. Call StartAsync, or read or "
        + "write [" + ConnectionLabel.Fields,
        EventName = "NeverStarted")]
    private static partial void NeverStarted(
        GuardedLogger logger, TimeSpan age, string? remoteEndPoint, long? connectionId, string? connectionName, string? ownId);

    [LoggerMessage(21, LogLevel.Warning,
        "Closed, but the peer has not confirmed the last {UnconfirmedBytes} bytes; waited {Waited} [" + ConnectionLabel.Fields,
        EventName = "CloseNotConfirmed")]
    private static partial void CloseNotConfirmed(
        GuardedLogger logger, long unconfirmedBytes, TimeSpan waited, string? remoteEndPoint, long? connectionId, string? connectionName,
        string? ownId);

    [LoggerMessage(23, LogLevel.Information,
        "Aborted by this end; {UnconfirmedBytes} bytes are not confirmed by the peer. Reason given: {Reason} ["
        + ConnectionLabel.Fields,
        EventName = "Aborted")]
    private static partial void Aborted(
        GuardedLogger logger, long unconfirmedBytes, string? reason, string? remoteEndPoint, long? connectionId, string? connectionName,
        string? ownId);

    [LoggerMessage(41, LogLevel.Error, "Background work failed [" + ConnectionLabel.Fields, EventName = "WorkItemThrew")]
    private static partial void WorkItemThrew(
        GuardedLogger logger, Exception exception, string? remoteEndPoint, long? connectionId, string? connectionName, string? ownId);
}
