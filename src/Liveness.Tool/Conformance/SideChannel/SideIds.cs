namespace Liveness.Tool.Conformance;

/// <summary>What of one end goes into a proof.</summary>
internal sealed record SideIds(byte[] Nonce, byte[] Endpoint, byte[] Instance);
