namespace Liveness;

/// <summary>Connections as their addresses: a set of them can be asked by the addresses alone, and keeps these only once.</summary>
internal sealed class SameAddresses : IEqualityComparer<WatchedConnection>, IAlternateEqualityComparer<ConnectionTuple, WatchedConnection>
{
    public bool Equals(WatchedConnection? one, WatchedConnection? other) =>
        one is null ? other is null : other is not null && one.Entry.Tuple == other.Entry.Tuple;

    public int GetHashCode(WatchedConnection connection) => GetHashCode(connection.Entry.Tuple);

    public bool Equals(ConnectionTuple addresses, WatchedConnection connection) => addresses == connection.Entry.Tuple;

    public int GetHashCode(ConnectionTuple addresses) => addresses.GetHashCode();

    public WatchedConnection Create(ConnectionTuple addresses) => throw new NotSupportedException("Addresses alone make no connection.");
}
