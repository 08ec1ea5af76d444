namespace Liveness.Presence;

/// <summary>What the store says of all gateways.</summary>
/// <param name="StoreTime">In milliseconds.</param>
/// <param name="Gateways">In no order.</param>
internal sealed record FleetRows(long StoreTime, IReadOnlyList<GatewayRow> Gateways);
