namespace Liveness.SideChannel;

/// <summary>The SHA-256 of a key, as an object: most connections have none.</summary>
internal sealed record KeyHash(Bytes32 Value);
