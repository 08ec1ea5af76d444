namespace Liveness;

/// <summary>What one call of the frame reader found.</summary>
internal enum FrameEvent : byte
{
    /// <summary>The input is used up; what it began is remembered.</summary>
    NeedMore,

    /// <summary>A piece of a DATA payload: one frame may surface in several pieces.</summary>
    Data,
    Hello,
    Beat,
    Credit,
    End,
    Goodbye,
    Rate,

    /// <summary>A whole extension frame was skipped.</summary>
    Extension,

    /// <summary>How long the peer asks to be left alone after its goodbye.</summary>
    ReconnectAfter,

    /// <summary>The very first bytes are not ours: the peer speaks another protocol.</summary>
    NotLiveness,

    /// <summary>The bytes break a rule; the reader accepts nothing more.</summary>
    Violation,
}
