using Liveness.Kernel;

namespace Liveness;

/// <summary>How a connection is doing, in one word.</summary>
public enum LivenessState
{
    /// <summary>The handshake is not complete yet.</summary>
    Connecting = 0,

    /// <summary>The peer was heard recently enough.</summary>
    Alive,

    /// <summary>The peer has been silent for one and a half receive intervals; it is being probed. Any byte makes the connection alive
    /// again.
    /// Of a <see cref="SocketWatcher"/>: a probe of the kernel's is unanswered, or data after several attempts; any answer makes it alive
    /// again.</summary>
    Suspect,

    /// <summary>Ended by a loss; final. <see cref="ConnectionMonitor.Loss"/> says which.</summary>
    Lost,

    /// <summary>Ended in an orderly way, by either side, or aborted by this one; final.</summary>
    Closed,
}
