namespace Liveness.Tool.Conformance;

/// <summary>Bytes that say where they stand: whatever is lost, repeated or moved is seen.</summary>
internal static class EchoPattern
{
    public static byte At(ulong offset) => (byte)((offset * 167) ^ (offset >> 8) ^ (offset >> 16));

    public static byte[] Make(ulong offset, int length)
    {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++)
        {
            bytes[i] = At(offset + (ulong)i);
        }

        return bytes;
    }
}
