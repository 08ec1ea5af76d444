using System.Security.Cryptography;

namespace Liveness.SideChannel;

/// <summary>Of the messages that ask to watch a connection: random, and of no meaning yet.</summary>
internal static class SideNonce
{
    public static ulong Draw()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(bytes);
        return BitConverter.ToUInt64(bytes);
    }
}
