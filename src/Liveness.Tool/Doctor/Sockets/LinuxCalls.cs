using System.Runtime.InteropServices;

namespace Liveness.Tool.Doctor;

/// <summary>The system calls that .NET has no methods for.</summary>
internal static unsafe partial class LinuxCalls
{
    private const string C = "libc";

    [LibraryImport(C, EntryPoint = "socket", SetLastError = true)]
    public static partial int OpenSocket(int domain, int type, int protocol);

    [LibraryImport(C, EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(int socket, byte* data, nint length, int flags);

    [LibraryImport(C, EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(int socket, byte* data, nint length, int flags);

    [LibraryImport(C, EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetOption(int socket, int level, int name, byte* value, int length);

    [LibraryImport(C, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    /// <summary>Of the calling thread alone.</summary>
    [LibraryImport(C, EntryPoint = "setns", SetLastError = true)]
    public static partial int EnterNamespace(SafeHandle descriptor, int kind);

    /// <returns>Zero = it can't be opened; the last error says why.</returns>
    [LibraryImport(C, EntryPoint = "opendir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint OpenFolder(string path);

    /// <returns>A struct dirent; zero = the end.</returns>
    [LibraryImport(C, EntryPoint = "readdir", SetLastError = true)]
    public static partial byte* ReadFolder(nint folder);

    [LibraryImport(C, EntryPoint = "dirfd", SetLastError = true)]
    public static partial int DescriptorOf(nint folder);

    [LibraryImport(C, EntryPoint = "closedir", SetLastError = true)]
    public static partial int CloseFolder(nint folder);

    [LibraryImport(C, EntryPoint = "readlinkat", SetLastError = true)]
    public static partial nint ReadLink(int folder, byte* name, byte* target, nint size);
}
