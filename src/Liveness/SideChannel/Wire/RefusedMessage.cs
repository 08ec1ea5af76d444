namespace Liveness.SideChannel;

/// <summary>One watch is refused; the side connection and its other watches go on.</summary>
internal readonly record struct RefusedMessage(ulong Id, WatchRefusal Reason);
