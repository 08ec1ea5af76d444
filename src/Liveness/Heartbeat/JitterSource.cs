namespace Liveness;

/// <summary>
/// A small seeded generator (xorshift64*): spreads beats, decides nothing. Eight bytes a connection, and a simulation can replay it.
/// </summary>
internal struct JitterSource
{
    private ulong _state;

    public JitterSource(ulong seed) => _state = seed == 0 ? 0x9E3779B97F4A7C15 : seed;

    /// <summary>Uniform in [0, 1).</summary>
    public double NextFraction() => (Next() >> 11) * (1.0 / (1UL << 53));

    public ulong Next()
    {
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return _state * 0x2545F4914F6CDD1D;
    }
}
