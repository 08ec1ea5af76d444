namespace Liveness;

/// <summary>The buffer of a waiting read, and how much of it was filled.</summary>
internal ref struct Delivery(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;

    public int Count { get; private set; }

    /// <summary>Copies in what fits.</summary>
    /// <returns>How much that was.</returns>
    public int Add(scoped ReadOnlySpan<byte> data)
    {
        int taken = Math.Min(data.Length, _destination.Length - Count);
        data[..taken].CopyTo(_destination[Count..]);
        Count += taken;
        return taken;
    }
}
