using System.Net.Sockets;
using Liveness.KeepAlive;

namespace Liveness;

/// <summary>A real one.</summary>
internal sealed class KeepAliveSocket(Socket socket) : IKeepAliveSocket
{
    public bool IsTcp => socket.ProtocolType == ProtocolType.Tcp;

    public TcpKeepAliveSettings Apply(TcpKeepAlivePlan plan) => socket.ApplyTcpKeepAlive(plan).InForce;

    public bool TryReadSilence(out TimeSpan? silence)
    {
        bool isTold = TcpInfoSnapshot.TryRead(socket, out TcpInfoSnapshot kernel);
        silence = kernel.SinceAckReceived;
        return isTold;
    }
}
