using System.Buffers.Binary;

namespace Liveness;

/// <summary>Tells by the first bytes of a peer, and by the time that they take, whether it speaks Liveness.</summary>
/// <remarks>The first byte that can't belong to a HELLO decides for a plain peer; its type, its length and the magic decide for Liveness.
/// What becomes of the rest of a HELLO is for the handshake to judge. Once decided, it stays so.</remarks>
/// <param name="begun">From when on the peer could be heard.</param>
/// <param name="plainAfter">So long a peer has for its first bytes.</param>
/// <param name="most">So long it is waited for in any case, even if bytes of it may be here unread.</param>
internal struct FirstBytes(Instant begun, TimeSpan plainAfter, TimeSpan most)
{
    /// <summary>A HELLO's type, length and magic.</summary>
    public const int Needed = WireLimits.HeaderSize + sizeof(uint);

    /// <summary>The first ones, from the highest byte down.</summary>
    private ulong _bytes;
    private int _count;

    public PeerKind Kind { get; private set; }

    /// <summary>Why the peer is a plain one.</summary>
    public PlainSign Sign { get; private set; }

    /// <summary>When to look at the time; until the kind is known.</summary>
    public Instant DueAt { get; private set; } = begun + plainAfter;

    /// <summary>Further bytes of the peer, at least one.</summary>
    public PeerKind Take(ReadOnlySpan<byte> bytes)
    {
        Span<byte> known = stackalloc byte[Needed];
        foreach (byte next in bytes)
        {
            if (Kind != PeerKind.Undecided)
            {
                break;
            }

            _bytes |= (ulong)next << (8 * (Needed - 1 - _count));
            _count++;
            BinaryPrimitives.WriteUInt64BigEndian(known, _bytes);
            if (!FrameRules.CanBeHello(known[.._count]))
            {
                Decide(PlainSign.Bytes);
            }
            else if (_count == Needed)
            {
                Kind = PeerKind.Liveness;
            }
        }

        return Kind;
    }

    /// <summary>The peer says nothing more: it has ended its direction.</summary>
    public void End()
    {
        if (Kind == PeerKind.Undecided)
        {
            Decide(PlainSign.End);
        }
    }

    /// <summary>Looks at the time.</summary>
    /// <param name="now">The present.</param>
    /// <param name="mayBeHere">Bytes of the peer may have arrived that nobody has fetched yet: then it isn't the peer who is late.</param>
    public PeerKind Tick(Instant now, bool mayBeHere)
    {
        if (Kind == PeerKind.Undecided && now >= DueAt)
        {
            if (mayBeHere && now < begun + most)
            {
                DueAt = Instant.Min(now + plainAfter, begun + most);
            }
            else
            {
                Decide(_count == 0 ? PlainSign.Silence : PlainSign.Fragment);
            }
        }

        return Kind;
    }

    private void Decide(PlainSign sign)
    {
        Kind = PeerKind.Plain;
        Sign = sign;
    }
}
