using System.Text;

namespace Liveness.Presence;

/// <summary>
/// Pointers and losses are spread over 256 hashes, so that none of them is large. The number of a key's shard is part of the schema: FNV-1a
/// with 32 bits over the UTF-8 of the key, the four bytes of the result combined by exclusive or.
/// </summary>
internal static class Shards
{
    public const int Count = 256;

    private const uint Basis = 2_166_136_261;
    private const uint Prime = 16_777_619;
    private const int MostBytes = 512;

    public static int Of(string key)
    {
        Span<byte> buffer = stackalloc byte[MostBytes];
        ReadOnlySpan<byte> bytes = Encoding.UTF8.GetMaxByteCount(key.Length) <= MostBytes
            ? buffer[..Encoding.UTF8.GetBytes(key, buffer)]
            : Encoding.UTF8.GetBytes(key);
        uint hash = Basis;
        foreach (byte one in bytes)
        {
            hash = unchecked((hash ^ one) * Prime);
        }

        return (int)((hash ^ (hash >> 8) ^ (hash >> 16) ^ (hash >> 24)) & 0xFF);
    }
}
