using Liveness.KeepAlive;
using Microsoft.Extensions.Logging;

namespace Liveness.Kernel;

/// <summary>
/// Log messages of what a kernel does not take. Ids and names are part of the contract: never reused, never changed.
/// Text of a peer is only ever a value, never a name.
/// </summary>
internal static partial class KernelLog
{
    public static void KeepAliveIncomplete(GuardedLogger logger, TcpKeepAliveResult result, ConnectionLabel label) =>
        KeepAliveIncomplete(logger, result, label.Remote, label.Id, label.Name, label.OwnId);

    [LoggerMessage(6, LogLevel.Warning, "Keepalive could not be applied in full: {Result} [" + ConnectionLabel.Fields,
        EventName = "KeepAliveIncomplete")]
    private static partial void KeepAliveIncomplete(
        GuardedLogger logger, TcpKeepAliveResult result, string? remoteEndPoint, long? connectionId, string? connectionName,
        string? ownId);
}
