namespace Liveness.Tool.Doctor;

/// <summary>Which timer of a socket runs: idiag_timer. The kernel names one only, the first of these that is set.</summary>
internal enum SocketTimer : byte
{
    None = 0,

    /// <summary>Data, a SYN or a FIN waits for its acknowledgement.</summary>
    Retransmission = 1,

    /// <summary>Keepalive is on. (Of a socket in FIN-WAIT-2, its last minute.)</summary>
    KeepAlive = 2,

    TimeWait = 3,

    /// <summary>The peer's window is closed, and is asked about.</summary>
    WindowProbe = 4,
}
