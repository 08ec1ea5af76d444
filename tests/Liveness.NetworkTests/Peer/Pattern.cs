namespace Liveness.NetworkTests.Peer;

/// <summary>The bytes that travel: which byte stands at which offset is known, so that one lost, repeated or changed is seen.</summary>
internal static class Pattern
{
    // A prime, so that no frame or buffer size is a period of it.
    private const int Period = 65521;

    private static readonly byte[] s_bytes = Create();

    /// <summary>At most <paramref name="count"/> bytes from <paramref name="offset"/> on.</summary>
    public static ReadOnlyMemory<byte> At(long offset, long count)
    {
        int start = (int)(offset % Period);
        return s_bytes.AsMemory(start, (int)Math.Min(count, s_bytes.Length - start));
    }

    public static bool Matches(long offset, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            ReadOnlySpan<byte> expected = At(offset, bytes.Length).Span;
            if (!bytes[..expected.Length].SequenceEqual(expected))
            {
                return false;
            }

            offset += expected.Length;
            bytes = bytes[expected.Length..];
        }

        return true;
    }

    private static byte[] Create()
    {
        byte[] period = new byte[Period];
        new Random(1).NextBytes(period);
        return [.. period, .. period];
    }
}
