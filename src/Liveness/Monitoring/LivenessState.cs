using Liveness.Kernel;

namespace Liveness;

/// <summary>How a connection is doing, in one word.</summary>
public enum LivenessState
{
    /// <summary>The handshake is not complete yet.</summary>
    Connecting = 0,

    /// <summary>Bytes of the peer arrived recently enough.</summary>
    Alive,

    /// <summary>The peer has been silent for one and a half receive intervals, and is being probed. Any byte makes the connection alive
    /// again. With a <see cref="SocketWatcher"/>, a probe of the kernel is unanswered, or data is unacknowledged after several attempts;
    /// any answer makes the connection alive again.</summary>
    Suspect,

    /// <summary>The connection was lost. The state is final, and <see cref="ConnectionMonitor.Loss"/> says why.</summary>
    Lost,

    /// <summary>The connection was closed in good order by either side, or aborted by this end. The state is final.</summary>
    Closed,
}
