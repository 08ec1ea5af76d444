namespace Liveness;

/// <summary>A loss, and whose it is.</summary>
internal readonly record struct LostOne(ConnectionLoss Loss, ConnectionLabel Label);
