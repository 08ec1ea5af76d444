namespace Liveness.SideChannel;

/// <summary>The first byte of every message on a side connection. They travel as the DATA of an in-band connection.</summary>
internal enum SideMessageType : byte
{
    Auth = 1,
    Proof = 2,
    Ready = 3,
    Watch = 4,
    WatchKey = 5,
    Answer = 6,
    Ask = 7,
    Unwatch = 8,
    Refused = 9,
}
