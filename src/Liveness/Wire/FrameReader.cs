using System.Buffers.Binary;

namespace Liveness;

/// <summary>Incremental parser of one direction: bytes in, in whatever pieces; one event for each call.</summary>
/// <remarks>It knows nothing of credit, time or state, and of order only that HELLO comes first. Peer input is hostile: nothing here throws
/// on it, and at most one control frame is kept. Not safe for concurrent use. A mutable struct in its owner, for every connection has one:
/// never copy it.</remarks>
internal struct FrameReader
{
    /// <summary>Null once a frame has followed HELLO.</summary>
    private byte[]? _first = new byte[WireLimits.FirstBytesKept];

    /// <summary>Of a control frame that comes in pieces; null = none ever did.</summary>
    private byte[]? _kept;
    private uint _header;

    /// <summary>How much of the payload of a control frame has come, what is skipped of it included.</summary>
    private int _collected;

    /// <summary>Less one, so that the largest fits.</summary>
    private readonly ushort _maxFrameLessOne;
    private FrameEvent _final = FrameEvent.NeedMore;
    private byte _firstCount;
    private byte _headerCount;
    private FrameEvent _frame;

    /// <param name="maxFrame">The largest DATA payload that our own HELLO allows, 1..65,536.</param>
    public FrameReader(int maxFrame)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxFrame, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxFrame, WireLimits.MaxDataPayload);
        _maxFrameLessOne = (ushort)(maxFrame - 1);
    }

    /// <summary>The rule broken, after <see cref="FrameEvent.Violation"/>.</summary>
    public ProtocolRule Violation { get; private set; }

    /// <summary>The type of the newest frame whose header is through.</summary>
    public readonly FrameType Type => (FrameType)(_header >> 24);

    /// <summary>The payload's length of the newest frame whose header is through.</summary>
    public readonly int Length => (int)(_header & 0xFFFFFF);

    /// <summary>The byte that breaks <see cref="ProtocolRule.BeatFlags"/> or <see cref="ProtocolRule.ReservedNotZero"/>.</summary>
    public byte Offender { get; private set; }

    /// <summary>
    /// The first bytes of the stream, at most 16: evidence when the peer speaks another protocol. Empty once a frame has followed HELLO.
    /// </summary>
    public readonly ReadOnlyMemory<byte> FirstBytes => _first is null ? default : _first.AsMemory(0, _firstCount);

    /// <summary>True when no frame is half-read: an end of the stream here cuts nothing.</summary>
    public readonly bool AtFrameBoundary => _headerCount == 0 && FrameDataRemaining == 0;

    /// <summary>Bytes of the current DATA frame that have not surfaced yet.</summary>
    public int FrameDataRemaining { get; private set; }

    /// <summary>The whole payload of the newest DATA frame.</summary>
    public int LastFrameData { get; private set; }

    /// <summary>Bytes of the current DATA frame were received past this reader.</summary>
    /// <param name="count">At most <see cref="FrameDataRemaining"/>.</param>
    public void SkipData(int count) => FrameDataRemaining -= count;

    /// <summary>Finds the next event and moves <paramref name="input"/> past what it used.</summary>
    /// <param name="payload">Of a <see cref="FrameEvent.Data"/> event the piece of payload: a part of <paramref name="input"/>, never
    /// empty. Of a control frame the whole payload, as <see cref="FrameDecoder"/> takes it, valid until the next call; nothing of an
    /// extension.</param>
    /// <returns><see cref="FrameEvent.NeedMore"/> once the input is used up. <see cref="FrameEvent.NotLiveness"/> and
    /// <see cref="FrameEvent.Violation"/> are final: every later call returns them again and takes nothing.</returns>
    public FrameEvent Read(ref ReadOnlySpan<byte> input, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (_final != FrameEvent.NeedMore)
        {
            return _final;
        }

        // The first event comes after 68 bytes or more, so until then every call uses up its input and nothing is noted twice.
        if (_first is not null && !NoteFirstBytes(_first, input))
        {
            return _final = FrameEvent.NotLiveness;
        }

        if (FrameDataRemaining == 0 && _headerCount < WireLimits.HeaderSize)
        {
            if (!TryReadHeader(ref input))
            {
                return FrameEvent.NeedMore;
            }

            ProtocolRule rule = FrameRules.CheckHeader(Type, Length, _maxFrameLessOne + 1);
            if (rule != ProtocolRule.None)
            {
                return Break(rule);
            }

            Begin(Type, Length);
        }

        return FrameDataRemaining > 0 ? ReadData(ref input, out payload) : ReadControl(ref input, out payload);
    }

    private bool NoteFirstBytes(Span<byte> first, ReadOnlySpan<byte> input)
    {
        int count = Math.Min(input.Length, first.Length - _firstCount);
        input[..count].CopyTo(first[_firstCount..]);
        _firstCount += (byte)count;
        return FrameRules.CanBeHello(first[.._firstCount]);
    }

    private bool TryReadHeader(ref ReadOnlySpan<byte> input)
    {
        if (_headerCount == 0 && input.Length >= WireLimits.HeaderSize)
        {
            _header = BinaryPrimitives.ReadUInt32BigEndian(Take(ref input, WireLimits.HeaderSize));
            _headerCount = WireLimits.HeaderSize;
            return true;
        }

        while (_headerCount < WireLimits.HeaderSize && !input.IsEmpty)
        {
            _header = (_header << 8) | input[0];
            _headerCount++;
            input = input[1..];
        }

        return _headerCount == WireLimits.HeaderSize;
    }

    private void Begin(FrameType type, int length)
    {
        if (type != FrameType.Hello)
        {
            _first = null;
        }

        if (type == FrameType.Data)
        {
            FrameDataRemaining = length;
            LastFrameData = length;
            _headerCount = 0;
            return;
        }

        _frame = type switch
        {
            FrameType.Hello => FrameEvent.Hello,
            FrameType.Beat => FrameEvent.Beat,
            FrameType.Credit => FrameEvent.Credit,
            FrameType.End => FrameEvent.End,
            FrameType.Goodbye => FrameEvent.Goodbye,
            FrameType.Rate => FrameEvent.Rate,

            // A later version may say more behind what is known; one that says less is none of ours.
            FrameType.ReconnectAfter when length >= WireLimits.ReconnectAfterPayload => FrameEvent.ReconnectAfter,
            _ => FrameEvent.Extension,
        };
        _collected = 0;
    }

    /// <summary>How much of the payload of a control frame is handed out; the rest is skipped.</summary>
    private readonly int ToKeep => _frame switch
    {
        FrameEvent.Hello => WireLimits.HelloPayload,
        FrameEvent.ReconnectAfter => WireLimits.ReconnectAfterPayload,
        FrameEvent.Extension => 0,
        _ => Length,
    };

    private FrameEvent ReadData(ref ReadOnlySpan<byte> input, out ReadOnlySpan<byte> data)
    {
        data = Take(ref input, FrameDataRemaining);
        FrameDataRemaining -= data.Length;
        return data.IsEmpty ? FrameEvent.NeedMore : FrameEvent.Data;
    }

    private FrameEvent ReadControl(ref ReadOnlySpan<byte> input, out ReadOnlySpan<byte> payload)
    {
        if (!TryCollect(ref input, out payload))
        {
            payload = default;
            return FrameEvent.NeedMore;
        }

        ProtocolRule rule = _frame == FrameEvent.Beat ? FrameRules.CheckBeat(payload) : ProtocolRule.None;
        if (rule != ProtocolRule.None)
        {
            Offender = FrameRules.Offender(rule, payload);
            payload = default;
            return Break(rule);
        }

        _headerCount = 0;
        return _frame;
    }

    /// <summary>
    /// The payload straight from the input where the frame is whole there; otherwise its parts, gathered. What is to be skipped is skipped.
    /// </summary>
    private bool TryCollect(ref ReadOnlySpan<byte> input, out ReadOnlySpan<byte> payload)
    {
        int toKeep = ToKeep;
        if (_collected == 0 && input.Length >= Length)
        {
            payload = Take(ref input, Length)[..toKeep];
            return true;
        }

        if (toKeep > (_kept?.Length ?? 0))
        {
            _kept = new byte[toKeep];
        }

        int kept = Math.Min(_collected, toKeep);
        ReadOnlySpan<byte> part = Take(ref input, toKeep - kept);
        part.CopyTo(_kept.AsSpan(kept));
        payload = _kept.AsSpan(0, kept + part.Length);
        _collected += part.Length;
        _collected += Take(ref input, Length - _collected).Length;
        return _collected == Length;
    }

    private FrameEvent Break(ProtocolRule rule)
    {
        Violation = rule;
        return _final = FrameEvent.Violation;
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> input, int most)
    {
        int count = Math.Min(input.Length, most);
        ReadOnlySpan<byte> taken = input[..count];
        input = input[count..];
        return taken;
    }
}
