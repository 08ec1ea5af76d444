using System.Runtime.InteropServices;

namespace Liveness.Tool.Doctor;

/// <summary>
/// The sockets among the descriptors of a process: the links in its folder fd. A machine has tens of thousands, so none of them becomes a
/// string, and none is looked at twice, as <see cref="Directory"/> would.
/// </summary>
internal static unsafe class DescriptorFolder
{
    private const int PermissionDenied = 13;

    /// <summary>Of a struct dirent, in glibc and musl alike where a process has 64 bits; d_name ends with a zero.</summary>
    private const int NameOffset = 19;

    private const int LongestTarget = 64;

    /// <returns>False where it may not be seen; a process that has ended has no sockets.</returns>
    public static bool TryRead(string path, Action<uint> found)
    {
        nint folder = LinuxCalls.OpenFolder(path);
        if (folder == 0)
        {
            return Marshal.GetLastPInvokeError() != PermissionDenied;
        }

        byte* target = stackalloc byte[LongestTarget];
        int descriptor = LinuxCalls.DescriptorOf(folder);
        byte* entry;
        while ((entry = LinuxCalls.ReadFolder(folder)) != null)
        {
            nint length = LinuxCalls.ReadLink(descriptor, entry + NameOffset, target, LongestTarget);
            if (length > 0 && SocketLink.TryParse(new ReadOnlySpan<byte>(target, (int)length), out uint inode))
            {
                found(inode);
            }
        }

        _ = LinuxCalls.CloseFolder(folder);
        return true;
    }
}
