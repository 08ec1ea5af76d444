using System.Buffers.Text;

namespace Liveness.Tool.Doctor;

/// <summary>The target of a link in /proc/*/fd. Pure.</summary>
internal static class SocketLink
{
    /// <returns>False where it is no socket.</returns>
    public static bool TryParse(ReadOnlySpan<byte> target, out uint inode)
    {
        inode = 0;
        return target.StartsWith("socket:["u8) && target.EndsWith("]"u8)
            && Utf8Parser.TryParse(target[8..^1], out inode, out int read) && read == target.Length - 9;
    }
}
