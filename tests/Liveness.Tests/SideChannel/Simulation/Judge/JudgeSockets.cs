using System.Net.NetworkInformation;
using System.Net.Sockets;
using Liveness.KeepAlive;
using Liveness.Kernel;
using Liveness.SideChannel;

namespace Liveness.Tests;

/// <summary>The sockets of one process: handles, behind which simulated kernels are.</summary>
internal sealed class JudgeSockets : ISocketAccess
{
    private readonly Dictionary<Socket, (ConnectionTuple Tuple, JudgeKernel Kernel)> _open = [];

    /// <summary>None of them asks: their applications have keepalive of their own.</summary>
    public bool Rests { get; set; }

    public Socket Open(ConnectionTuple tuple, JudgeKernel kernel)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        _open.Add(socket, (tuple, kernel));
        return socket;
    }

    public void Close(Socket socket)
    {
        _open[socket].Kernel.Close();
        _open.Remove(socket);
    }

    public bool TryName(Socket socket, out ConnectionTuple tuple)
    {
        tuple = _open[socket].Tuple;
        return true;
    }

    public SocketReading Read(Socket socket, out TcpInfoSnapshot snapshot)
    {
        snapshot = default;
        if (!_open.TryGetValue(socket, out (ConnectionTuple Tuple, JudgeKernel Kernel) open))
        {
            return SocketReading.Gone;
        }

        if (open.Kernel.Reading != SocketReading.Taken)
        {
            return open.Kernel.Reading;
        }

        snapshot = open.Kernel.Snapshot();
        return SocketReading.Taken;
    }

    public bool HasUnread(Socket socket) => _open.TryGetValue(socket, out (ConnectionTuple Tuple, JudgeKernel Kernel) open) && open.Kernel.HasUnread;

    public bool IsClosed(Socket socket) => !_open.ContainsKey(socket);

    public WatchFacts Gather(Socket socket)
    {
        bool isOpen = _open.TryGetValue(socket, out (ConnectionTuple Tuple, JudgeKernel Kernel) open);
        return new WatchFacts(TcpKeepAliveSettings.Unknown, ErrorIsPending: false, isOpen, !isOpen || open.Kernel.State != TcpState.Established, LocalNetworkIsDown: false, HandleIsClosed: !isOpen);
    }

    public WitnessAsking Claim(SideWatch connection, Socket socket, in WitnessPlan plan)
    {
        if (Rests)
        {
            return WitnessAsking.OwnKeepAliveIsSlow;
        }

        JudgeKernel kernel = _open[socket].Kernel;
        kernel.Keepalive = plan;
        kernel.Start();
        return WitnessAsking.ForUs;
    }

    public WitnessAsking LookAtClaim(SideWatch connection, Socket socket, int unanswered, in WitnessPlan plan) => WitnessAsking.ForUs;

    public void Release(SideWatch connection, Socket socket)
    {
        if (_open.TryGetValue(socket, out (ConnectionTuple Tuple, JudgeKernel Kernel) open))
        {
            open.Kernel.Keepalive = null;
        }
    }
}
