namespace Liveness;

/// <summary>How a write goes on.</summary>
internal enum WriteStep
{
    /// <summary>Everything was accepted, and somebody else sends it.</summary>
    Done,

    /// <summary>The caller owns the sending, and sends its own bytes.</summary>
    SendsItself,

    /// <summary>It waits for room, for credit or for its turn.</summary>
    Waits,

    /// <summary>This end has closed the stream, and it was not called before that, or the close has given it up.</summary>
    Disposed,

    /// <summary>It was called after the half close.</summary>
    Completed,

    Ended,
}
