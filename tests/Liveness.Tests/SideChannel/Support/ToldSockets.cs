using System.Net.NetworkInformation;
using System.Net.Sockets;
using Liveness.KeepAlive;
using Liveness.Kernel;
using Liveness.SideChannel;

namespace Liveness.Tests;

/// <summary>Sockets whose kernel tells what a test says. The sockets themselves are handles, and never connected.</summary>
internal sealed class ToldSockets : ISocketAccess
{
    private readonly Dictionary<Socket, (ConnectionTuple Tuple, Func<TcpInfoSnapshot?> Kernel)> _told = [];

    /// <summary>Idle, and its last probe was answered just now.</summary>
    public static TcpInfoSnapshot Fresh { get; } = new()
    {
        State = TcpState.Established,
        UnansweredProbes = 0,
        SinceAckReceived = TimeSpan.Zero,
        SinceDataReceived = TimeSpan.FromDays(1),
        UnacknowledgedSegments = 0,
        UnsentBytes = 0,
        BytesSent = 0,
        BytesRetransmitted = 0,
        BytesAcknowledged = 0,
        BytesReceived = 0,
        PeerWindowBytes = 65_536,
    };

    /// <summary>For whom the kernels ask from now on.</summary>
    public WitnessAsking Asking { get; set; } = WitnessAsking.ForUs;

    /// <summary>Bytes have come that the application has not read.</summary>
    public bool AreUnread { get; set; }

    /// <param name="tuple">What it is called.</param>
    /// <param name="kernel">What its kernel shows now; null = the socket was closed.</param>
    public Socket Add(ConnectionTuple tuple, Func<TcpInfoSnapshot?> kernel)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        _told.Add(socket, (tuple, kernel));
        return socket;
    }

    public bool TryName(Socket socket, out ConnectionTuple tuple)
    {
        tuple = _told[socket].Tuple;
        return true;
    }

    public SocketReading Read(Socket socket, out TcpInfoSnapshot snapshot)
    {
        TcpInfoSnapshot? told = _told[socket].Kernel();
        snapshot = told ?? default;
        return told is null ? SocketReading.Gone : SocketReading.Taken;
    }

    public bool HasUnread(Socket socket) => AreUnread;

    public bool IsClosed(Socket socket) => _told[socket].Kernel() is null;

    public WatchFacts Gather(Socket socket) => new(TcpKeepAliveSettings.Unknown, ErrorIsPending: true, IsConnected: true, IsAtEnd: true, LocalNetworkIsDown: false, HandleIsClosed: false);

    public WitnessAsking Claim(SideWatch connection, Socket socket, in WitnessPlan plan) => Asking;

    public WitnessAsking LookAtClaim(SideWatch connection, Socket socket, int unanswered, in WitnessPlan plan) => Asking;

    public void Release(SideWatch connection, Socket socket) => socket.Dispose();
}
