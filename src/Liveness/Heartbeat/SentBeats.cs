using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Liveness;

/// <summary>When our newest beats were handed to the transport, and which of them the peer has echoed.</summary>
/// <remarks>The ring begins small and grows where more beats than usual wait for their echo: as a rule it is one.</remarks>
internal struct SentBeats
{
    private const int KeptAtFirst = 2;

    private FirstRing _first;

    /// <summary>Takes the place of the first ring where that was too short; null = it was not.</summary>
    private Instant[]? _longer;
    private uint _next;
    private uint _echoed;
    private Instant _echoedAt;

    /// <param name="first">The sequence number of the first beat.</param>
    /// <param name="handshake">When our HELLO was handed over: the peer's own HELLO answers it, so it counts as echoed.</param>
    public SentBeats(uint first, Instant handshake)
    {
        _next = first;
        _echoed = unchecked(first - 1);
        _echoedAt = handshake;
    }

    public readonly uint Next => _next;

    /// <summary>The newest that the peer has echoed; before the first echo, the number before the first beat.</summary>
    public readonly uint Echoed => _echoed;

    public long Sent { get; private set; }

    /// <summary>Handing over of the newest beat that the peer has echoed.</summary>
    public readonly Instant EchoedAt => _echoedAt;

    /// <summary>Handing over of the beat after the echoed one; null while there is none.</summary>
    public readonly Instant? AfterEchoedAt => unchecked(_next - _echoed) == 1 ? null : HandedOver(unchecked(_echoed + 1));

    /// <summary>Handing over of the newest; the origin of time where none was sent.</summary>
    public readonly Instant NewestAt => Sent == 0 ? default : HandedOver(unchecked(_next - 1));

    public uint Add(Instant now)
    {
        if (Unechoed == Ring.Length && Ring.Length < HeartbeatRules.MostBeatsKept)
        {
            Grow();
        }

        Ring[Place(_next, Ring.Length)] = now;
        Sent++;
        return unchecked(_next++);
    }

    /// <summary>
    /// Whether it lies at or before the last beat; before the first echo also after the beginning. Counts nothing, so that no number of
    /// beats wears it out.
    /// </summary>
    public readonly bool WasSent(uint sequence)
    {
        uint last = unchecked(_next - 1);
        return AnyEchoed ? !SequenceNumber.IsNewer(sequence, last) : unchecked(last - sequence) < unchecked(last - _echoed);
    }

    /// <summary>An echo older than one seen before.</summary>
    public readonly bool IsRegress(uint sequence) => SequenceNumber.IsNewer(_echoed, sequence);

    /// <summary>Moves the echo on.</summary>
    /// <returns>When the echoed beat was handed over, where this is its first echo and that is still known.</returns>
    public Instant? Echo(uint sequence)
    {
        if (sequence == _echoed)
        {
            return null;
        }

        bool known = unchecked(_next - sequence) <= Ring.Length;
        _echoed = sequence;
        _echoedAt = HandedOver(sequence);
        return known ? _echoedAt : null;
    }

    /// <summary>
    /// For a beat that the ring no longer holds, the oldest that it does: never earlier than the truth, so an age never comes out too long.
    /// </summary>
    private readonly Instant HandedOver(uint sequence)
    {
        uint oldest = unchecked(_next - (uint)Math.Min(Sent, RingSoFar.Length));
        return RingSoFar[Place(SequenceNumber.IsNewer(oldest, sequence) ? oldest : sequence, RingSoFar.Length)];
    }

    /// <summary>
    /// The time of a beat stands at its sequence number modulo the length, which is a power of two so that the numbers may wrap.
    /// </summary>
    [UnscopedRef]
    private Span<Instant> Ring => _longer ?? (Span<Instant>)_first;

    [UnscopedRef]
    private readonly ReadOnlySpan<Instant> RingSoFar => _longer ?? (ReadOnlySpan<Instant>)_first;

    /// <summary>Otherwise nothing that was sent lies before the echo.</summary>
    private readonly bool AnyEchoed => unchecked(_next - _echoed) != Sent + 1;

    private readonly uint Unechoed => unchecked(_next - _echoed - 1);

    private static int Place(uint sequence, int length) => (int)(sequence % (uint)length);

    private void Grow()
    {
        Instant[] longer = new Instant[Ring.Length * 2];
        for (uint sequence = unchecked(_echoed + 1); sequence != _next; sequence = unchecked(sequence + 1))
        {
            longer[Place(sequence, longer.Length)] = Ring[Place(sequence, Ring.Length)];
        }

        _longer = longer;
    }

    [InlineArray(KeptAtFirst)]
    private struct FirstRing
    {
        private Instant _first;
    }
}
