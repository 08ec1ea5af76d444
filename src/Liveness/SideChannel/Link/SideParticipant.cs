namespace Liveness.SideChannel;

/// <summary>An end of one side connection, as its proof names it.</summary>
/// <param name="Nonce">Its own, made for this connection.</param>
/// <param name="Identity">By its HELLO.</param>
internal readonly record struct SideParticipant(Bytes32 Nonce, SideIdentity Identity);
