namespace Liveness.SideChannel;

/// <summary>The attempts to connect to the peer's host while its side connection is silent.</summary>
internal enum ConnectProbe : byte
{
    NotStarted,
    Running,

    /// <summary>Its host answered, if only by a reset.</summary>
    Answered,
    Unanswered,
}
