using Liveness.Kernel;
using Liveness.SideChannel;

namespace Liveness;

/// <summary>How the loss of a connection is detected. The mode is configuration: the code that attaches a connection is the same in every
/// mode.</summary>
public enum LivenessMode
{
    /// <summary>A heartbeat inside the connection (<see cref="HeartbeatStream"/>). Both ends must speak it.</summary>
    InBand,

    /// <summary>
    /// A heartbeat on a separate connection beside it (<see cref="SideChannelPool"/>, <see cref="SideChannelListener"/>). The bytes of the
    /// watched connection are not touched.
    /// </summary>
    SideChannel,

    /// <summary>The kernel's knowledge of the connection (<see cref="SocketWatcher"/>). It needs no help from the peer, and doesn't detect
    /// a process that hangs.</summary>
    KernelOnly,
}
