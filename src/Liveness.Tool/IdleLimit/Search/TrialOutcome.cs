namespace Liveness.Tool.IdleLimit;

/// <summary>How one connection fared that nobody used for a time. The names are those of the JSON.</summary>
internal enum TrialOutcome
{
    /// <summary>The probe was answered.</summary>
    Alive,

    /// <summary>Neither the probe nor its repetitions were answered.</summary>
    Silent,

    /// <summary>A reset answered the probe.</summary>
    Reset,

    /// <summary>The other side closed the connection before it was probed.</summary>
    Closed,

    /// <summary>The other side reset the connection before it was probed.</summary>
    Aborted,

    /// <summary>The server's program said something of its own, so the connection was not idle.</summary>
    ServerSpoke,

    /// <summary>The server's kernel sent segments without data, as keepalive does, so the connection was not idle.</summary>
    ServerProbed,

    /// <summary>The connection could not be made.</summary>
    NotConnected,
}
