using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace PullTheCable;

/// <summary>What a program without a heartbeat would know of its connection.</summary>
internal sealed class PlainSocket(Socket socket)
{
    private readonly EndPoint? _local = socket.LocalEndPoint;
    private readonly EndPoint? _remote = socket.RemoteEndPoint;

    public string Describe() => $"Socket.Connected is {socket.Connected}{StateInTable()}";

    /// <summary>As netstat shows it. Not every platform tells.</summary>
    private string StateInTable()
    {
        try
        {
            TcpConnectionInformation? found = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections()
                .FirstOrDefault(connection => connection.LocalEndPoint.Equals(_local) && connection.RemoteEndPoint.Equals(_remote));
            return found is null ? "" : $", the kernel's table says {found.State.ToString().ToUpperInvariant()}";
        }
        catch (Exception exception) when (exception is NetworkInformationException or PlatformNotSupportedException)
        {
            return "";
        }
    }
}
