using System.Net.Sockets;
using System.Text;

namespace Liveness.Benchmarks;

/// <summary>Fixed for every socket on Linux: a machine may default to another, and over loopback that alone can halve the speed.</summary>
internal static class CongestionControl
{
    private const int Tcp = 6;
    private const int TcpCongestion = 13;

    /// <summary>LIVENESS_CONGESTION names another one that the kernel has, such as bbr.</summary>
    private static readonly byte[] s_wanted = Encoding.ASCII.GetBytes(Environment.GetEnvironmentVariable("LIVENESS_CONGESTION") ?? "cubic");

    /// <summary>Of sockets that are fixed here.</summary>
    public static string InForce
    {
        get
        {
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            Fix(socket);
            return Read(socket);
        }
    }

    public static void Fix(Socket socket)
    {
        if (OperatingSystem.IsLinux())
        {
            socket.SetRawSocketOption(Tcp, TcpCongestion, s_wanted);
        }
    }

    public static string Read(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
        {
            return "the system's";
        }

        Span<byte> name = stackalloc byte[16];
        int length = socket.GetRawSocketOption(Tcp, TcpCongestion, name);
        return Encoding.ASCII.GetString(name[..length]).TrimEnd('\0');
    }
}
