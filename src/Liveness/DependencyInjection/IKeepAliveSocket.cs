using System.Net.Sockets;
using Liveness.KeepAlive;

namespace Liveness;

/// <summary>
/// What a <see cref="KeepAliveChange"/> does to the socket of a live connection, and asks of it: system calls, under no lock.
/// </summary>
internal interface IKeepAliveSocket
{
    bool IsTcp { get; }

    /// <returns>What is in force then.</returns>
    /// <exception cref="TcpKeepAliveException">Under Require: something can't be put in force. The socket is as it was.</exception>
    /// <exception cref="SocketException">The connection is over.</exception>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    TcpKeepAliveSettings Apply(TcpKeepAlivePlan plan);

    /// <param name="silence">Since the last acknowledgement; null = this kernel does not tell.</param>
    /// <returns>False where the kernel tells nothing of the connection, as of one that is closed.</returns>
    bool TryReadSilence(out TimeSpan? silence);
}
