namespace Liveness.ProtocolPing;

/// <summary>What a change under the lock asks to be done outside it.</summary>
[Flags]
internal enum PingSignals
{
    None = 0,

    /// <summary>The ping is to be sent.</summary>
    Ping = 1,

    /// <summary>State or conditions are not what they were.</summary>
    StateChanged = 2,

    /// <summary>The connection is suspect: look at how this process and its network are doing.</summary>
    LookAtOurselves = 4,

    /// <summary>Somebody's probe was answered.</summary>
    Answered = 8,

    /// <summary>It is over.</summary>
    Ended = 16,
}
