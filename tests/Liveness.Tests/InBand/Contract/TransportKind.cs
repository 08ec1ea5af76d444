namespace Liveness.Tests.InBand;

/// <summary>What carries the bytes beneath two heartbeat streams.</summary>
public enum TransportKind
{
    Memory,
    Socket,
    NetworkStream,

    /// <summary>
    /// TCP with a send buffer of 4 KiB, so that sends are taken in parts, and a receive buffer of 64 KiB. (With less than its largest
    /// segment to receive into, the kernel crawls.)
    /// </summary>
    SmallSocket,
    UnixSocket,
    Tls,
    NamedPipe,
    AnonymousPipes,
}
