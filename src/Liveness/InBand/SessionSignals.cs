namespace Liveness;

/// <summary>What a change of the session asks its owner to do, once the lock is released.</summary>
[Flags]
internal enum SessionSignals
{
    None = 0,

    /// <summary>A waiting read can go on.</summary>
    Readable = 1,

    /// <summary>A waiting write or flush can go on.</summary>
    Writable = 2,

    /// <summary>Something is to be sent.</summary>
    Output = 4,

    /// <summary>State or conditions changed.</summary>
    StateChanged = 8,

    /// <summary>The handshake is through.</summary>
    Opened = 16,

    /// <summary>The connection has ended: <see cref="InBandSession.Loss"/> says how.</summary>
    Ended = 32,

    /// <summary>The probe that somebody waits for has come back.</summary>
    ProbeAnswered = 64,

    /// <summary>Our close, or abort, is over: <see cref="InBandSession.Outcome"/> says how.</summary>
    CloseOver = 128,

    /// <summary>Something falls due earlier than was said before.</summary>
    Wake = 256,

    /// <summary>A silence has begun: ask how far the thread pool is behind.</summary>
    ProbePoolLag = 512,

    /// <summary>A beat was handed over.</summary>
    BeatSent = 1024,

    /// <summary>A beat was received.</summary>
    BeatReceived = 2048,

    /// <summary>There is a new round trip.</summary>
    RoundTripMeasured = 4096,

    /// <summary>The kernel has taken another path, and the connection lived on.</summary>
    PathChanged = 8192,
}
