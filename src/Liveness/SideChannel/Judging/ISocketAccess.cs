using System.Net.Sockets;
using Liveness.KeepAlive;
using Liveness.Kernel;

namespace Liveness.SideChannel;

/// <summary>What a <see cref="WatchSet"/> asks of the sockets that it watches, and of nobody else.</summary>
internal interface ISocketAccess
{
    /// <summary>False unless it is a connection between two IP endpoints.</summary>
    bool TryName(Socket socket, out ConnectionTuple tuple);

    SocketReading Read(Socket socket, out TcpInfoSnapshot snapshot);

    /// <summary>Bytes have come that the application has not read.</summary>
    bool HasUnread(Socket socket);

    /// <summary>Its owner has closed it.</summary>
    bool IsClosed(Socket socket);

    /// <summary>May take milliseconds.</summary>
    WatchFacts Gather(Socket socket);

    /// <summary>
    /// Makes the kernel ask the peer. To be released where the answer is <see cref="WitnessAsking.ForUs"/> or
    /// <see cref="WitnessAsking.ForUsSooner"/>.
    /// </summary>
    WitnessAsking Claim(SideWatch connection, Socket socket, in WitnessPlan plan);

    /// <summary>Is the claim still good?</summary>
    WitnessAsking LookAtClaim(SideWatch connection, Socket socket, int unanswered, in WitnessPlan plan);

    void Release(SideWatch connection, Socket socket);
}
