namespace Liveness.SideChannel;

/// <summary>A <see cref="ConnectionTuple"/> as it is kept by the thousand: a third of its size.</summary>
internal readonly record struct CompactTuple
{
    /// <summary>Null = of the default tuple.</summary>
    private readonly AddressPair? _addresses;
    private readonly ushort _localPort;
    private readonly ushort _remotePort;

    public CompactTuple(in ConnectionTuple tuple)
    {
        _addresses = tuple == default ? null : AddressPair.Of(tuple.Local, tuple.Remote);
        (_localPort, _remotePort) = (tuple.LocalPort, tuple.RemotePort);
    }

    public ConnectionTuple Tuple =>
        _addresses is { } both ? new ConnectionTuple(both.Local, both.Remote, _localPort, _remotePort) : default;
}
