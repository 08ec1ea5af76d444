using System.Net.Sockets;
using Liveness.KeepAlive;

namespace Liveness.Kernel;

/// <summary>What a socket and its kernel tell of a silence.</summary>
/// <remarks>Mutable: keep it in a field that is not read-only. Its owner knows the socket, always the same one.</remarks>
internal struct SocketWitness(Socket socket)
{
    /// <summary>
    /// There is no TCP in a Unix domain socket, and a kernel or sandbox that has refused once, or told what can't be true, is not asked
    /// again.
    /// </summary>
    private volatile bool _isTold = socket.AddressFamily != AddressFamily.Unix;
    private volatile bool _hasLooked;
    private volatile bool _localNetworkIsDown;

    public void LookAtLocalNetwork(Socket socket)
    {
        bool? isDown = LocalNetwork.IsDown(socket);
        _localNetworkIsDown = isDown == true;

        // What an earlier silence showed says nothing of this one.
        _hasLooked = isDown is not null;
    }

    public WitnessReading Read(Socket socket, bool hidesCompletedReads)
    {
        long? available;
        try
        {
            available = socket.Available;
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // A socket that has failed can't tell; the read loop will say why.
            available = null;
        }

        return new WitnessReading(available, hidesCompletedReads, ReadNotParsed: false, Kernel(socket))
        {
            LocalNetworkIsDown = _hasLooked ? _localNetworkIsDown : null,
        };
    }

    private TcpInfoSnapshot? Kernel(Socket socket)
    {
        if (!_isTold)
        {
            return null;
        }

        SocketReading reading = TcpInfoReader.Read(socket, out TcpInfoSnapshot kernel);
        _isTold = reading is SocketReading.Taken or SocketReading.Gone;
        return reading == SocketReading.Taken ? kernel : null;
    }
}
