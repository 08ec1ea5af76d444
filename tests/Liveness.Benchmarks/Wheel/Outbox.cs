namespace Liveness.Benchmarks;

/// <summary>What was sent and has not arrived yet: the wire between all pairs.</summary>
internal sealed class Outbox(int frames)
{
    private readonly byte[] _bytes = new byte[(frames * BeatingEnd.BeatSize) + SendScheduler.ControlSize];
    private readonly List<(BeatingEnd To, int Start, int Length)> _parcels = new(frames);
    private int _used;

    public int Count => _parcels.Count;

    /// <summary>Where the next parcel may be encoded.</summary>
    public Span<byte> Room => _bytes.AsSpan(_used, SendScheduler.ControlSize);

    public void Add(BeatingEnd to, int length)
    {
        _parcels.Add((to, _used, length));
        _used += length;
    }

    public void DeliverAll()
    {
        foreach ((BeatingEnd to, int start, int length) in _parcels)
        {
            to.Receive(_bytes.AsSpan(start, length));
        }
    }

    public void Clear()
    {
        _parcels.Clear();
        _used = 0;
    }
}
