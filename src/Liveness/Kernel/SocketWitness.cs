using System.Net.Sockets;
using Liveness.KeepAlive;

namespace Liveness.Kernel;

/// <summary>What a socket and its kernel tell of a silence.</summary>
/// <remarks>Mutable: keep it in a field that is not read-only.</remarks>
internal struct SocketWitness(Socket socket)
{
    private readonly Socket _socket = socket;

    /// <summary>
    /// There is no TCP in a Unix domain socket, and a kernel or sandbox that has refused once, or told what can't be true, is not asked
    /// again.
    /// </summary>
    private volatile bool _isTold = socket.AddressFamily != AddressFamily.Unix;
    private volatile bool _hasLooked;
    private volatile bool _localNetworkIsDown;

    public readonly void RememberLocalNetwork() => LocalNetwork.Remember(_socket);

    public void LookAtLocalNetwork()
    {
        bool? isDown = LocalNetwork.IsDown(_socket);
        _localNetworkIsDown = isDown == true;

        // What an earlier silence showed says nothing of this one.
        _hasLooked = isDown is not null;
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

        return new WitnessReading(available, hidesCompletedReads, ReadNotParsed: false, Kernel())
        {
            LocalNetworkIsDown = _hasLooked ? _localNetworkIsDown : null,
        };
    }

    private TcpInfoSnapshot? Kernel()
    {
        if (!_isTold)
        {
            return null;
        }

        SocketReading reading = TcpInfoReader.Read(_socket, out TcpInfoSnapshot kernel);
        _isTold = reading is SocketReading.Taken or SocketReading.Gone;
        return reading == SocketReading.Taken ? kernel : null;
    }
}
