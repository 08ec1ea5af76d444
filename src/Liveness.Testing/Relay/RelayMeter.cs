namespace Liveness.Testing;

/// <summary>What a relay has handed to one side.</summary>
internal sealed class RelayMeter(TimeProvider timeProvider)
{
    private readonly Lock _lock = new();

    /// <summary>Under the lock.</summary>
    private long _bytes;

    /// <summary>Under the lock.</summary>
    private long? _last;

    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    public long? Last
    {
        get
        {
            lock (_lock)
            {
                return _last;
            }
        }
    }

    public void Add(int bytes)
    {
        lock (_lock)
        {
            _bytes += bytes;
            _last = timeProvider.GetTimestamp();
        }
    }
}
