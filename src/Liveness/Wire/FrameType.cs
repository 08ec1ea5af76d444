namespace Liveness;

/// <summary>The first byte of every frame. PROTOCOL.md, section "Frames".</summary>
internal enum FrameType : byte
{
    Data = 0x00,
    Hello = 0x01,
    Beat = 0x02,
    Credit = 0x03,
    End = 0x04,
    Goodbye = 0x05,
    Rate = 0x06,

    /// <summary>From here on up, unknown types are extensions: skipped, not refused.</summary>
    FirstExtension = 0x80,

    /// <summary>Before GOODBYE(1): how long the peer is asked to stay away. The one extension that version 1 knows.</summary>
    ReconnectAfter = 0x81,
}
