using System.Net.Sockets;

namespace Liveness.NetworkTests.Peer;

/// <summary>
/// Linux' default, cubic, whatever the host has: a new namespace may not choose it for itself where the host has another.
/// </summary>
internal static class CongestionControl
{
    private const int TcpLevel = 6;
    private const int TcpCongestion = 13;

    /// <summary>To be called before connecting or listening.</summary>
    public static void UseCubic(Socket socket) => socket.SetRawSocketOption(TcpLevel, TcpCongestion, "cubic"u8);
}
