using Liveness.Kernel;
using Liveness.SideChannel;

namespace Liveness;

/// <summary>How the loss of a connection is found out. It is configuration: the code that attaches a connection is the same.</summary>
public enum LivenessMode
{
    /// <summary>A heartbeat inside the connection (<see cref="HeartbeatStream"/>): both ends must speak it.</summary>
    InBand,

    /// <summary>
    /// A heartbeat on a connection of its own beside it (<see cref="SideChannelPool"/>, <see cref="SideChannelListener"/>); the
    /// connection's bytes are not touched.
    /// </summary>
    SideChannel,

    /// <summary>What the kernel knows (<see cref="SocketWatcher"/>): no help from the peer, and a process that hangs is not seen.</summary>
    KernelOnly,
}
