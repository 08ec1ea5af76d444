namespace Liveness.SideChannel;

/// <summary>Why an end no longer watches a connection.</summary>
internal enum UnwatchReason : byte
{
    /// <summary>Its application asked for that, or the other end's FIN has come: the connection may live on.</summary>
    NoLongerWatched = 1,

    /// <summary>Its socket was closed.</summary>
    SocketClosed = 2,

    /// <summary>It judged the connection lost: so does the other end, then.</summary>
    Lost = 3,
}
