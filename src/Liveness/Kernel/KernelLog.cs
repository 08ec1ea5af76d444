using Liveness.KeepAlive;
using Microsoft.Extensions.Logging;

namespace Liveness.Kernel;

/// <summary>
/// Log messages of what a kernel does not take. Ids and names are part of the contract: never reused, never changed.
/// Text of a peer is only ever a value, never a name.
/// </summary>
internal static partial class KernelLog
{
    [LoggerMessage(6, LogLevel.Warning, "Keepalive could not be applied in full: {Result}", EventName = "KeepAliveIncomplete")]
    public static partial void KeepAliveIncomplete(GuardedLogger logger, TcpKeepAliveResult result);
}
