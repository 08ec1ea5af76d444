namespace Liveness.SideChannel;

/// <summary>"I watch this connection; what do you know of it?"</summary>
/// <param name="Id">Chosen by the sender, once per side connection.</param>
/// <param name="Tuple">As the sender sees it.</param>
/// <param name="Nonce">Random: the same tuple with another nonce is a new connection, and ends the older one.</param>
internal readonly record struct WatchMessage(ulong Id, ConnectionTuple Tuple, ulong Nonce);
