namespace Liveness;

/// <summary>Serial number arithmetic for the 32-bit BEAT sequence (RFC 1982, SERIAL_BITS = 32).</summary>
internal static class SequenceNumber
{
    /// <summary>True when <paramref name="a"/> comes after <paramref name="b"/>, wraps included.</summary>
    /// <remarks>At a distance of exactly 2^31 RFC 1982 leaves the order undefined: here neither is newer.</remarks>
    public static bool IsNewer(uint a, uint b) => unchecked((int)(a - b)) > 0;
}
