using System.Buffers;

namespace Liveness;

/// <summary>Where bytes are received that do not go straight into the application's buffer: rented while it is needed, and of the size that
/// the traffic asks for.</summary>
/// <remarks>Only the owner of the receiving uses it; it says each time where the bytes come from, always from the same pool.</remarks>
internal struct ReceiveBuffer()
{
    private const int BusySize = 32 * 1024;

    /// <summary>
    /// Behind a large frame only the next header is wanted, and what little comes with it; and an idle stream that can't wait without a
    /// buffer holds so much.
    /// </summary>
    private const int SmallSize = 4 * 1024;

    private byte[] _bytes = [];
    private int _size = SmallSize;

    /// <summary>As large as planned.</summary>
    public Memory<byte> Rent(ArrayPool<byte> pool)
    {
        if (_bytes.Length < _size)
        {
            Return(pool);
            _bytes = pool.Rent(_size);
        }

        return _bytes.AsMemory(0, _size);
    }

    /// <summary>What was rented.</summary>
    public readonly byte[] Bytes => _bytes;

    /// <summary>What was received into it.</summary>
    public readonly ReadOnlySpan<byte> Received(int count) => _bytes.AsSpan(0, count);

    public void Return(ArrayPool<byte> pool)
    {
        if (_bytes.Length > 0)
        {
            pool.Return(_bytes);
            _bytes = [];
        }
    }

    /// <summary>No more than the next header is wanted.</summary>
    public void PlanHeader() => _size = InBandSession.FrameHeader;

    /// <summary>Most of what comes next goes straight into the application's buffer.</summary>
    public void PlanSmall() => _size = SmallSize;

    /// <summary>
    /// While the application is busy, a receive holds a buffer; after a beat alone the connection is idle and holds none.
    /// </summary>
    /// <param name="pool">Where it came from.</param>
    /// <param name="canWaitWithoutIt">The transport can.</param>
    /// <param name="isIdle">No data came.</param>
    /// <param name="count">How much came.</param>
    public void PlanAfter(ArrayPool<byte> pool, bool canWaitWithoutIt, bool isIdle, int count)
    {
        if (canWaitWithoutIt)
        {
            // What ends an idle time is a beat as a rule.
            _size = isIdle ? SmallSize : BusySize;
            if (isIdle)
            {
                Return(pool);
            }

            return;
        }

        _size = !isIdle && count >= SmallSize ? BusySize : SmallSize;
        if (_bytes.Length > SmallSize && _size == SmallSize)
        {
            Return(pool);
        }
    }
}
