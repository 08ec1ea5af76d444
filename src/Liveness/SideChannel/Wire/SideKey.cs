using System.Security.Cryptography;

namespace Liveness.SideChannel;

/// <summary>A name that both ends give a connection. Only its hash travels and is looked up.</summary>
internal static class SideKey
{
    /// <exception cref="ArgumentException">Too short or too long.</exception>
    public static Bytes32 Hash(ReadOnlySpan<byte> key)
    {
        if (key.Length is < SideChannelDefaults.MinKey or > SideChannelDefaults.MaxKey)
        {
            throw new ArgumentException(
                $"The key has {key.Length} bytes, but must have {SideChannelDefaults.MinKey} to {SideChannelDefaults.MaxKey}: "
                    + "take random ones, for whoever guesses a key can watch the connection.",
                nameof(key));
        }

        Span<byte> hash = stackalloc byte[Bytes32.Size];
        SHA256.HashData(key, hash);
        return Bytes32.Read(hash);
    }
}
