using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Liveness.KeepAlive;

/// <summary>
/// The one place where the kernel is asked what it knows of a connection: no exception where it refuses, and no trace in the socket.
/// </summary>
internal static class TcpInfoReader
{
    /// <param name="snapshot">Default unless <see cref="SocketReading.Taken"/>.</param>
    public static SocketReading Read(Socket socket, out TcpInfoSnapshot snapshot)
    {
        snapshot = default;
        try
        {
            SocketReading reading = Ask(socket, out TcpInfoSnapshot told);
            if (reading == SocketReading.Taken)
            {
                snapshot = told;
            }

            return reading;
        }
        catch (ObjectDisposedException)
        {
            return SocketReading.Gone;
        }
    }

    /// <summary>Sandboxes with a TCP of their own fill in the state, a round trip and little else: their ages and counters stand still for
    /// ever, and a peer would seem fresh for as long.
    /// A segment size of zero and a connection that came about without a segment are what no kernel's TCP has.</summary>
    internal static bool IsPlausible(in TcpInfoSnapshot info) =>
        info.State is not TcpState.Established || (info.SegmentSizeBytes is not 0 && info.SegmentsReceived is not 0);

    private static SocketReading Ask(Socket socket, out TcpInfoSnapshot snapshot)
    {
        SocketError error = SocketError.OperationNotSupported;
        bool parsed = false;
        snapshot = default;
        if (OperatingSystem.IsLinux() || OperatingSystem.IsAndroid())
        {
            Span<byte> info = stackalloc byte[LinuxTcpInfo.Size];
            error = SocketCalls.Get(socket, LinuxTcpInfo.Level, LinuxTcpInfo.Option, info, out int length);
            parsed = LinuxTcpInfo.TryParse(info[..length], out snapshot);
        }
        else if (OperatingSystem.IsMacOS() || OperatingSystem.IsIOS() || OperatingSystem.IsTvOS())
        {
            Span<byte> info = stackalloc byte[MacTcpInfo.Size];
            error = SocketCalls.Get(socket, MacTcpInfo.Level, MacTcpInfo.Option, info, out int length);
            parsed = MacTcpInfo.TryParse(info[..length], out snapshot);
        }
        else if (OperatingSystem.IsWindows())
        {
            Span<byte> info = stackalloc byte[WindowsTcpInfo.SizeOfVersion1];
            error = WindowsTcpInfo.Ask(socket, info, out int length);
            parsed = WindowsTcpInfo.TryParse(info[..length], out snapshot);
        }

        return error != SocketError.Success || !parsed ? SocketCalls.IsGone(error) ? SocketReading.Gone : SocketReading.Refused
            : IsPlausible(snapshot) ? SocketReading.Taken
            : SocketReading.Implausible;
    }
}
