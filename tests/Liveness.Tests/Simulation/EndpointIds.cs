namespace Liveness.Tests.Simulation;

/// <summary>Endpoint ids by the sequence number that their jitter draws first: so wraps can be had on purpose.</summary>
internal static class EndpointIds
{
    private const ulong Multiplier = 0x2545F4914F6CDD1D;

    /// <param name="firstSequence">Of the first beat.</param>
    /// <param name="salt">Keeps ids apart that begin with the same number.</param>
    public static UInt128 StartingAt(uint firstSequence, uint salt)
    {
        ulong state = unchecked((((ulong)salt << 32) | firstSequence) * Inverse(Multiplier));
        state = Undo(state, static x => x >> 27);
        state = Undo(state, static x => x << 25);
        state = Undo(state, static x => x >> 12);
        return new UInt128(salt + 1, state);
    }

    private static ulong Undo(ulong result, Func<ulong, ulong> shift)
    {
        ulong x = result;
        for (int i = 0; i < 6; i++)
        {
            x = result ^ shift(x);
        }

        return x;
    }

    private static ulong Inverse(ulong odd)
    {
        ulong inverse = odd;
        for (int i = 0; i < 6; i++)
        {
            inverse = unchecked(inverse * (2 - (odd * inverse)));
        }

        return inverse;
    }
}
