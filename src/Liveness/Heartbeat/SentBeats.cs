namespace Liveness;

/// <summary>When our newest beats were handed to the transport, and which of them the peer has echoed.</summary>
internal sealed class SentBeats
{
    private const int Kept = 64;

    private readonly Instant[] _handedOver = new Instant[Kept];
    private readonly uint _first;
    private uint _next;
    private uint _echoed;
    private Instant _echoedAt;

    /// <param name="first">The sequence number of the first beat.</param>
    /// <param name="handshake">When our HELLO was handed over: the peer's own HELLO answers it, so it counts as echoed.</param>
    public SentBeats(uint first, Instant handshake)
    {
        _first = first;
        _next = first;
        _echoed = unchecked(first - 1);
        _echoedAt = handshake;
    }

    public uint Next => _next;

    public uint Sent => unchecked(_next - _first);

    /// <summary>Handing over of the newest beat that the peer has echoed.</summary>
    public Instant EchoedAt => _echoedAt;

    /// <summary>Handing over of the beat after the echoed one; null while there is none.</summary>
    public Instant? AfterEchoedAt => unchecked(_next - _echoed) == 1 ? null : HandedOver(unchecked(_echoed + 1));

    public uint Add(Instant now)
    {
        _handedOver[_next % Kept] = now;
        return unchecked(_next++);
    }

    public bool WasSent(uint sequence) => unchecked(sequence - _first) < Sent;

    /// <summary>An echo older than one seen before.</summary>
    public bool IsRegress(uint sequence) => SequenceNumber.IsNewer(_echoed, sequence);

    /// <summary>Moves the echo on.</summary>
    /// <returns>When the echoed beat was handed over, where this is its first echo and that is still known.</returns>
    public Instant? Echo(uint sequence)
    {
        if (sequence == _echoed)
        {
            return null;
        }

        bool known = unchecked(_next - sequence) <= Kept;
        _echoed = sequence;
        _echoedAt = HandedOver(sequence);
        return known ? _echoedAt : null;
    }

    /// <summary>For a beat that the ring no longer holds, the oldest that it does: never earlier than the truth, so an age never comes out too long.</summary>
    private Instant HandedOver(uint sequence)
    {
        uint oldest = unchecked(_next - Math.Min(Sent, Kept));
        return _handedOver[(SequenceNumber.IsNewer(oldest, sequence) ? oldest : sequence) % Kept];
    }
}
