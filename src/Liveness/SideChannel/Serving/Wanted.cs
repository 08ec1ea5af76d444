namespace Liveness.SideChannel;

/// <summary>What a client asked to watch: a tuple as this end sees it, or a key. An object, for two tables refer to it.</summary>
internal sealed record Wanted(ConnectionTuple Tuple, KeyHash? KeyHash);
