namespace Liveness;

/// <summary>Why an end no longer watches a connection.</summary>
internal enum UnwatchReason : byte
{
    /// <summary>Its application asked for that; the connection may live on.</summary>
    NoLongerWatched = 1,

    /// <summary>Its socket was closed.</summary>
    SocketClosed = 2,

    /// <summary>It judged the connection lost. The other end still judges for itself.</summary>
    Lost = 3,
}
