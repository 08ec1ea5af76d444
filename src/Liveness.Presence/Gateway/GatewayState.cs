namespace Liveness.Presence;

/// <summary>What this process knows of itself as a gateway.</summary>
/// <param name="Gateway">Its name.</param>
/// <param name="Standing">With the store.</param>
/// <param name="Connections">That have a key.</param>
/// <param name="PendingChanges">That the store does not have yet.</param>
internal sealed record GatewayState(string Gateway, GatewayStanding Standing, int Connections, int PendingChanges);
