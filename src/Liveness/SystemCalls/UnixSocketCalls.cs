using System.Net.Sockets;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Liveness;

/// <summary>The C library's calls, and its error numbers in the words of <see cref="SocketError"/>.</summary>
internal static unsafe partial class UnixSocketCalls
{
    private const string C = "libc";

    static UnixSocketCalls() => NativeLibrary.SetDllImportResolver(typeof(UnixSocketCalls).Assembly, Resolve);

    public static SocketError LastErrorUnless(bool succeeded) => succeeded ? SocketError.Success : ErrorOf(Marshal.GetLastPInvokeError());

    [LibraryImport(C, EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetOption(SafeHandle socket, int level, int name, byte* value, ref int length);

    [LibraryImport(C, EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetOption(SafeHandle socket, int level, int name, byte* value, int length);

    [LibraryImport(C, EntryPoint = "getsockname", SetLastError = true)]
    public static partial int GetName(SafeHandle socket, byte* address, ref int length);

    [LibraryImport(C, EntryPoint = "getpeername", SetLastError = true)]
    public static partial int GetPeerName(SafeHandle socket, byte* address, ref int length);

    [LibraryImport(C, EntryPoint = "sendmsg", SetLastError = true)]
    public static partial nint SendMessage(SafeHandle socket, void* message, int flags);

    [LibraryImport(C, EntryPoint = "recvmsg", SetLastError = true)]
    public static partial nint ReceiveMessage(SafeHandle socket, void* message, int flags);

    internal static SocketError ErrorOf(int errno) => ErrorOf(errno, OperatingSystem.IsLinux() || OperatingSystem.IsAndroid());

    /// <summary>Most numbers up to 34 are everywhere the same; behind them Linux and the BSDs part (asm-generic/errno.h, which all
    /// processors share that .NET runs on; sys/errno.h of xnu and FreeBSD).</summary>
    internal static SocketError ErrorOf(int errno, bool isLinux) => errno switch
    {
        1 or 13 => SocketError.AccessDenied,
        4 => SocketError.Interrupted,
        9 => SocketError.NotSocket,
        12 => SocketError.NoBufferSpaceAvailable,
        14 => SocketError.Fault,
        22 => SocketError.InvalidArgument,
        32 => SocketError.Shutdown,
        _ when isLinux => errno switch
        {
            11 => SocketError.WouldBlock,
            38 or 95 => SocketError.OperationNotSupported,
            88 => SocketError.NotSocket,
            92 => SocketError.ProtocolOption,
            100 => SocketError.NetworkDown,
            101 => SocketError.NetworkUnreachable,
            103 => SocketError.ConnectionAborted,
            104 => SocketError.ConnectionReset,
            105 => SocketError.NoBufferSpaceAvailable,
            107 => SocketError.NotConnected,
            110 => SocketError.TimedOut,
            112 => SocketError.HostDown,
            113 => SocketError.HostUnreachable,
            _ => SocketError.SocketError,
        },
        _ => errno switch
        {
            35 => SocketError.WouldBlock,
            38 => SocketError.NotSocket,
            42 => SocketError.ProtocolOption,
            45 or 78 or 102 => SocketError.OperationNotSupported,
            50 => SocketError.NetworkDown,
            51 => SocketError.NetworkUnreachable,
            53 => SocketError.ConnectionAborted,
            54 => SocketError.ConnectionReset,
            55 => SocketError.NoBufferSpaceAvailable,
            57 => SocketError.NotConnected,
            60 => SocketError.TimedOut,
            64 => SocketError.HostDown,
            65 => SocketError.HostUnreachable,
            _ => SocketError.SocketError,
        },
    };

    /// <summary>
    /// The running program's own symbols first: what has been put in front of the C library there (LD_PRELOAD) is asked, as by every other
    /// caller in the process.
    /// </summary>
    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (name != C || OperatingSystem.IsWindows())
        {
            return 0;
        }

        nint program = NativeLibrary.GetMainProgramHandle();
        return NativeLibrary.TryGetExport(program, "getsockopt", out _) ? program : 0;
    }
}
