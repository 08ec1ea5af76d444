namespace Liveness.Tool.Doctor;

/// <summary>What may be found. The names are those of the JSON; the page of the tool explains each.</summary>
internal enum FindingKind
{
    RetransmittingInVain,
    KeepAliveUnanswered,
    WindowProbesUnanswered,
    ClosedWindow,
    ConnectingInVain,
    NotClosed,
    NotRead,
    AcceptQueueFull,
    HalfClosed,
    NoKeepAlive,
    LateKeepAlive,
    IdleBeyondLimit,
}
