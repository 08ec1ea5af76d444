namespace Liveness.SideChannel;

/// <summary>As <see cref="WatchMessage"/>, for a connection that both applications know by a key.</summary>
/// <param name="KeyHash">SHA-256 of the key.</param>
internal readonly record struct WatchKeyMessage(ulong Id, Bytes32 KeyHash, ulong Nonce);
