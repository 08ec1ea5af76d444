using System.Runtime.InteropServices;

namespace Liveness.Tool.Doctor;

/// <summary>
/// The sockets among the descriptors of a process: the links in its folder fd. A machine has tens of thousands, so none of them becomes a
/// string, and none is looked at twice, as <see cref="Directory"/> would.
/// </summary>
internal static unsafe class DescriptorFolder
{
    private const int OperationRefused = 1;
    private const int NoSuchEntry = 2;
    private const int NoSuchProcess = 3;
    private const int PermissionDenied = 13;

    /// <summary>Of a struct dirent, in glibc and musl alike where a process has 64 bits; d_name ends with a zero.</summary>
    private const int NameOffset = 19;

    private const int LongestTarget = 64;

    /// <param name="error">The system's error number (errno); zero = none.</param>
    public static FolderView Read(string path, Action<uint> found, out int error)
    {
        nint folder = LinuxCalls.OpenFolder(path);
        if (folder == 0)
        {
            error = Marshal.GetLastPInvokeError();
            return ViewBehind(error);
        }

        byte* target = stackalloc byte[LongestTarget];
        int descriptor = LinuxCalls.DescriptorOf(folder);
        while (Next(folder, out error) is var entry && entry != null)
        {
            nint length = LinuxCalls.ReadLink(descriptor, entry + NameOffset, target, LongestTarget);
            if (length > 0 && SocketLink.TryParse(new ReadOnlySpan<byte>(target, (int)length), out uint inode))
            {
                found(inode);
            }
        }

        _ = LinuxCalls.CloseFolder(folder);
        return ViewBehind(error);
    }

    /// <summary>What an error leaves to be seen. Pure.</summary>
    internal static FolderView ViewBehind(int error) => error switch
    {
        0 or NoSuchEntry or NoSuchProcess => FolderView.Whole,
        OperationRefused or PermissionDenied => FolderView.Forbidden,
        _ => FolderView.Failed,
    };

    /// <param name="error">Told only where there is no next one: zero = that was the end.</param>
    private static byte* Next(nint folder, out int error)
    {
        byte* entry = LinuxCalls.ReadFolder(folder);
        error = entry == null ? Marshal.GetLastPInvokeError() : 0;
        return entry;
    }
}
