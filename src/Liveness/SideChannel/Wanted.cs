namespace Liveness;

/// <summary>What a client asked to watch: a tuple as this end sees it, or a key.</summary>
internal readonly record struct Wanted(ConnectionTuple Tuple, Bytes32? KeyHash);
