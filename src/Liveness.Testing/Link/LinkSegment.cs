namespace Liveness.Testing;

/// <summary>Bytes that were accepted together, or a FIN or RST (no bytes), and when they leave and arrive.</summary>
/// <param name="LineStart">Since when the line has been busy without a gap.</param>
/// <param name="FirstIndex">How many bytes the line carried since then before these: exact where summed durations would round.</param>
/// <param name="BytesPerSecond">Null = everything leaves at <paramref name="LineStart"/>.</param>
/// <param name="Travel">From leaving to arriving.</param>
/// <param name="NotBefore">When the segment in front arrives: order is kept.</param>
internal readonly record struct LinkSegment(
    LinkSegmentKind Kind, int Count, Instant LineStart, long FirstIndex, long? BytesPerSecond, TimeSpan Travel, Instant NotBefore)
{
    public const int PacketSize = 1460;

    /// <summary>When the first <paramref name="count"/> bytes have left the sender.</summary>
    public Instant LeavesAt(int count)
    {
        if (BytesPerSecond is not { } rate)
        {
            return LineStart;
        }

        Int128 ticks = (((Int128)(FirstIndex + count) * TimeSpan.TicksPerSecond) + rate - 1) / rate;
        return ticks > TimeSpan.MaxValue.Ticks ? Instant.Never : LineStart + new TimeSpan((long)ticks);
    }

    public Instant ArrivesAt(int count) => Instant.Max(NotBefore, LeavesAt(count) + Travel);

    /// <summary>How many bytes have left the sender.</summary>
    public int LeftBy(Instant now)
    {
        if (now < LineStart)
        {
            return 0;
        }

        return BytesPerSecond is { } rate
            ? (int)Int128.Clamp(((Int128)(now - LineStart).Ticks * rate / TimeSpan.TicksPerSecond) - FirstIndex, 0, Count)
            : Count;
    }

    /// <summary>How many bytes have arrived: whole packets.</summary>
    public int ArrivedBy(Instant now) => now < NotBefore ? 0 : WholePackets(LeftBy(now - Travel));

    public int WholePackets(int count) => count == Count ? count : count - (count % PacketSize);

    /// <summary>Where the packet ends that follows the first <paramref name="count"/> bytes.</summary>
    public int NextPacketEnd(int count) => Math.Min(Count, ((count / PacketSize) + 1) * PacketSize);
}
