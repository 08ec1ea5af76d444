using System.Net.Sockets;

namespace Liveness;

/// <summary>What a socket and its kernel tell of a silence.</summary>
internal sealed class SocketWitness(Socket socket)
{
    private readonly Socket _socket = socket;
    private volatile bool _hasLooked;
    private volatile bool _localNetworkIsDown;

    public void LookAtLocalNetwork()
    {
        if (LocalNetwork.IsDown(_socket) is { } isDown)
        {
            _localNetworkIsDown = isDown;
            _hasLooked = true;
        }
    }

    public WitnessReading Read(bool hidesCompletedReads)
    {
        long? available;
        try
        {
            available = _socket.Available;
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // A socket that has failed can't tell; the read loop will say why.
            available = null;
        }

        return new WitnessReading(available, hidesCompletedReads, ReadNotParsed: false, TcpInfoSnapshot.TryRead(_socket, out TcpInfoSnapshot kernel) ? kernel : null)
        {
            LocalNetworkIsDown = _hasLooked ? _localNetworkIsDown : null,
        };
    }
}
