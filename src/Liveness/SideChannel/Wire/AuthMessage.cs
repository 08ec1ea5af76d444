namespace Liveness.SideChannel;

/// <summary>The first message each way.</summary>
/// <param name="Nonce">Random, never used twice.</param>
internal readonly record struct AuthMessage(byte Version, SideAuthMethod Method, Bytes32 Nonce);
