using System.Net;
using System.Net.Sockets;

namespace Liveness.Testing;

/// <summary>
/// One relayed connection: the client's socket, an <see cref="InMemoryLink"/> as the faulty network, and a socket to the target.
/// </summary>
internal sealed class RelayConnection : IDisposable
{
    private readonly Socket _client;
    private readonly Socket _target = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly InMemoryLink _network;
    private readonly RelayEnd _clientEnd;
    private readonly RelayEnd _serverEnd;

    public RelayConnection(Socket client, InMemoryLink network, RelayMeter toServer, RelayMeter toClient)
    {
        (_client, _network) = (client, network);
        _clientEnd = new RelayEnd(client, network.ClientEnd, toClient);
        _serverEnd = new RelayEnd(_target, network.ServerEnd, toServer);
    }

    /// <summary>Ends when both directions have. Fails with nothing that sockets do.</summary>
    public async Task RunAsync(EndPoint target, CancellationToken cancellationToken)
    {
        try
        {
            _client.NoDelay = true;
            await _target.ConnectAsync(target, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            Reset();
            return;
        }

        await Task.WhenAll(_clientEnd.RunAsync(), _serverEnd.RunAsync()).ConfigureAwait(false);
        Dispose();
    }

    /// <summary>RST both ways.</summary>
    public void Reset()
    {
        _clientEnd.Reset();
        _serverEnd.Reset();
        _network.Dispose();
    }

    /// <summary>FIN both ways.</summary>
    public void Close() => _network.Close();

    public void Dispose()
    {
        _clientEnd.Dispose();
        _serverEnd.Dispose();
        _target.Dispose();
        _network.Dispose();
    }
}
