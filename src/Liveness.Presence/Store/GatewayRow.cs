namespace Liveness.Presence;

/// <summary>What the store says of one gateway.</summary>
/// <param name="Gateway">Its name.</param>
/// <param name="Registration">Of its newest run.</param>
/// <param name="Lease">Null = it is over.</param>
/// <param name="Stored">The mark of the part of its newest run; null = it has written nothing.</param>
internal sealed record GatewayRow(string Gateway, Registration Registration, Lease? Lease, VersionMark? Stored)
{
    public PartId Part => new(Gateway, Registration.Epoch);
}
