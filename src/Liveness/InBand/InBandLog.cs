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
        BoundExceedsDetectWithin(logger, bound, detectWithin, reason, label.Remote, label.Id, label.Name);

    public static void NeverStarted(GuardedLogger logger, TimeSpan age, ConnectionLabel label) =>
        NeverStarted(logger, age, label.Remote, label.Name);

    [LoggerMessage(4, LogLevel.Warning,
        "A loss is detected within {Bound} only, not within DetectWithin = {DetectWithin}: {Reason}" + MonitoringLog.Which,
        EventName = "BoundExceedsDetectWithin")]
    public static partial void BoundExceedsDetectWithin(
        GuardedLogger logger, TimeSpan bound, TimeSpan detectWithin, string reason, string? remoteEndPoint, long? connectionId,
        string? connectionName);

    [LoggerMessage(5, LogLevel.Debug, "Writes to the transport fail; the read side decides what that means", EventName = "WritesFailed")]
    public static partial void WritesFailed(GuardedLogger logger, Exception exception);

    [LoggerMessage(12, LogLevel.Trace, "Beat {Sequence} sent", EventName = "BeatSent")]
    public static partial void BeatSent(GuardedLogger logger, uint sequence);

    [LoggerMessage(13, LogLevel.Trace, "Beat {Sequence} received; round trip {RoundTrip}", EventName = "BeatReceived")]
    public static partial void BeatReceived(GuardedLogger logger, uint sequence, TimeSpan? roundTrip);

    [LoggerMessage(15, LogLevel.Information,
        "The kernel has taken another path after timeouts, {Changes} times by now; the connection lives on [incident {IncidentId}]",
        EventName = "PathChanged")]
    public static partial void PathChanged(GuardedLogger logger, long changes, string? incidentId);

    [LoggerMessage(16, LogLevel.Warning,
        "A HeartbeatStream over {RemoteEndPoint} was made {Age} ago and never started: nothing is sent and nothing is watched. Call "
        + "StartAsync, or read or write [name {ConnectionName}]",
        EventName = "NeverStarted")]
    public static partial void NeverStarted(GuardedLogger logger, TimeSpan age, string? remoteEndPoint, string? connectionName);

    [LoggerMessage(21, LogLevel.Warning,
        "Closed, but the peer has not confirmed the last {UnconfirmedBytes} bytes; waited {Waited}",
        EventName = "CloseNotConfirmed")]
    public static partial void CloseNotConfirmed(GuardedLogger logger, long unconfirmedBytes, TimeSpan waited);

    [LoggerMessage(23, LogLevel.Information,
        "Aborted by this end; {UnconfirmedBytes} bytes are not confirmed by the peer. Reason given: {Reason}",
        EventName = "Aborted")]
    public static partial void Aborted(GuardedLogger logger, long unconfirmedBytes, string? reason);

    [LoggerMessage(41, LogLevel.Error, "Background work failed", EventName = "WorkItemThrew")]
    public static partial void WorkItemThrew(GuardedLogger logger, Exception exception);
}
