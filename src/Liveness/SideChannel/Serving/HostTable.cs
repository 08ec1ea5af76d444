using System.Net;
using System.Net.NetworkInformation;

namespace Liveness.SideChannel;

/// <summary>
/// This host's TCP connections and addresses, as the system lists them. Reading takes milliseconds (67 ms for 10,000 connections), so all
/// questions of a quarter of a second share one.
/// </summary>
internal sealed class HostTable(TimeProvider timeProvider)
{
    private static readonly TimeSpan s_reuse = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private Dictionary<ConnectionTuple, TcpState>? _connections;
    private HashSet<UInt128> _addresses = [];
    private bool _wasRead;
    private long _readAt;

    /// <summary>The answer about a connection that this process does not watch.</summary>
    /// <param name="tuple">As this end sees it.</param>
    /// <param name="observedSource">The asker's address as this end sees it.</param>
    public SideAnswer Find(in ConnectionTuple tuple, UInt128 observedSource)
    {
        if (tuple.Remote != observedSource)
        {
            return SideAnswer.NotMyAddress;
        }

        lock (_gate)
        {
            ReadIfOld();
            TcpState? state = _connections is not null && _connections.TryGetValue(tuple, out TcpState found) ? found : null;
            bool isOurs = _addresses.Contains(tuple.Local) || IPAddress.IsLoopback(tuple.LocalAddress);
            return SideAnswers.Find(tuple, observedSource, isRegistered: false, isOurs, tableIsReadable: _connections is not null, state);
        }
    }

    private void ReadIfOld()
    {
        if (_wasRead && timeProvider.GetElapsedTime(_readAt) < s_reuse)
        {
            return;
        }

        _addresses = ReadAddresses();
        _connections = ReadConnections();
        _readAt = timeProvider.GetTimestamp();
        _wasRead = true;
    }

    private static HashSet<UInt128> ReadAddresses()
    {
        try
        {
            return [.. NetworkInterface.GetAllNetworkInterfaces()
                .SelectMany(card => card.GetIPProperties().UnicastAddresses)
                .Select(own => ConnectionTuple.AddressOf(own.Address))];
        }
        catch (Exception)
        {
            return [];
        }
    }

    /// <returns>Null where this system does not show it.</returns>
    private static Dictionary<ConnectionTuple, TcpState>? ReadConnections()
    {
        try
        {
            Dictionary<ConnectionTuple, TcpState> connections = [];
            foreach (TcpConnectionInformation row in IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections())
            {
                if (ConnectionTuple.TryCreate(row.LocalEndPoint, row.RemoteEndPoint, out ConnectionTuple tuple))
                {
                    connections[tuple] = row.State;
                }
            }

            return connections;
        }
        catch (Exception)
        {
            return null;
        }
    }
}
