using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Liveness.KeepAlive;

/// <summary>One socket of the kernel, however many objects and descriptors stand for it.</summary>
/// <param name="Cookie">SO_COOKIE (socket(7), Linux 4.12); zero where the kernel has none.</param>
/// <param name="Socket">In its place, where there is no cookie.</param>
internal readonly record struct SocketIdentity(ulong Cookie, Socket? Socket)
{
    private const int SocketLevel = 1;
    private const int SocketCookie = 57;

    public static SocketIdentity Of(Socket socket)
    {
        ulong cookie = 0;
        if (OperatingSystem.IsLinux() || OperatingSystem.IsAndroid())
        {
            try
            {
                _ = SocketCalls.Get(socket, SocketLevel, SocketCookie, MemoryMarshal.AsBytes(new Span<ulong>(ref cookie)), out _);
            }
            catch (ObjectDisposedException)
            {
                // Closed meanwhile: the object does as well, as nothing is left to be set.
                return new SocketIdentity(0, socket);
            }
        }

        return new SocketIdentity(cookie, cookie == 0 ? socket : null);
    }
}
