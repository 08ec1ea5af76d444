namespace Liveness.SideChannel;

/// <summary>Connections as their addresses: a set of them can be asked by the addresses alone, and keeps these only once.</summary>
internal sealed class SameAddresses : IEqualityComparer<SideWatch>, IAlternateEqualityComparer<ConnectionTuple, SideWatch>
{
    public bool Equals(SideWatch? one, SideWatch? other) =>
        one is null ? other is null : other is not null && one.Entry.Tuple == other.Entry.Tuple;

    public int GetHashCode(SideWatch connection) => GetHashCode(connection.Entry.Tuple);

    public bool Equals(ConnectionTuple addresses, SideWatch connection) => addresses == connection.Entry.Tuple;

    public int GetHashCode(ConnectionTuple addresses) => addresses.GetHashCode();

    public SideWatch Create(ConnectionTuple addresses) => throw new NotSupportedException("Addresses alone make no connection.");
}
