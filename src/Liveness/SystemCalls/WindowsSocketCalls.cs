using System.Runtime.InteropServices;

namespace Liveness;

/// <summary>Winsock, whose error numbers are those of <see cref="System.Net.Sockets.SocketError"/>.</summary>
internal static unsafe partial class WindowsSocketCalls
{
    public static int LastErrorUnless(bool succeeded) => succeeded ? 0 : Marshal.GetLastPInvokeError();

    [LibraryImport("ws2_32", EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetOption(SafeHandle socket, int level, int name, byte* value, ref int length);

    [LibraryImport("ws2_32", EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetOption(SafeHandle socket, int level, int name, byte* value, int length);

    [LibraryImport("ws2_32", EntryPoint = "getsockname", SetLastError = true)]
    public static partial int GetName(SafeHandle socket, byte* address, ref int length);

    [LibraryImport("ws2_32", EntryPoint = "getpeername", SetLastError = true)]
    public static partial int GetPeerName(SafeHandle socket, byte* address, ref int length);

    [LibraryImport("ws2_32", EntryPoint = "WSAIoctl", SetLastError = true)]
    public static partial int Control(
        SafeHandle socket,
        int code,
        byte* input,
        int inputLength,
        byte* output,
        int outputLength,
        ref int returned,
        nint overlapped,
        nint completion);

    [LibraryImport("ws2_32", EntryPoint = "WSAPoll", SetLastError = true)]
    public static partial int Poll(ref PolledSocket socket, uint count, int milliseconds);

    /// <summary>WSAPOLLFD of winsock2.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PolledSocket
    {
        public nint Handle;
        public short Asked;
        public short Told;
    }
}
