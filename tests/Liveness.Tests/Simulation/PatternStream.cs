namespace Liveness.Tests.Simulation;

/// <summary>An endless stream of bytes that tells a lost, doubled or swapped byte at once: its period is a prime.</summary>
internal static class PatternStream
{
    private const int Period = 65_521;

    private static readonly byte[] s_bytes = Make();

    /// <summary>At most <paramref name="most"/> bytes that stand at <paramref name="offset"/>.</summary>
    public static ReadOnlySpan<byte> At(long offset, int most)
    {
        int start = (int)(offset % Period);
        return s_bytes.AsSpan(start, Math.Min(most, s_bytes.Length - start));
    }

    public static bool IsAt(long offset, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            ReadOnlySpan<byte> expected = At(offset, bytes.Length);
            if (!bytes[..expected.Length].SequenceEqual(expected))
            {
                return false;
            }

            offset += expected.Length;
            bytes = bytes[expected.Length..];
        }

        return true;
    }

    private static byte[] Make()
    {
        byte[] once = new byte[Period];
        new Random(1).NextBytes(once);
        return [.. once, .. once];
    }
}
