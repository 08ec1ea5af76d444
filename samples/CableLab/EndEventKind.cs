namespace CableLab;

/// <summary>What a line between the two processes tells.</summary>
public enum EndEventKind
{
    /// <summary>Nothing but a line of the timeline.</summary>
    Note,

    /// <summary>The server waits for a connection; the detail is its port.</summary>
    Listening,

    Suspect,

    /// <summary>The peer's application takes nothing.</summary>
    Stalled,

    /// <summary>A loss; the detail is its type.</summary>
    Lost,

    /// <summary>An orderly end.</summary>
    Closed,

    /// <summary>A bulk transfer is complete; the detail is its size and hash.</summary>
    Transferred,

    /// <summary>This end has nothing more to say.</summary>
    Done,
}
