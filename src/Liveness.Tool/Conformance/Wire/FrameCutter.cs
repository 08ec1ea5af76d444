namespace Liveness.Tool.Conformance;

/// <summary>Cuts the testee's bytes into frames. Bounded: what is longer than the page allows is reported and ends the reading.</summary>
internal sealed class FrameCutter
{
    private const int MostPayload = 65_536;

    private readonly List<byte> _rest = [];

    /// <summary>The testee's bytes are no frames any more: from here on nothing is cut.</summary>
    public string? Broken { get; private set; }

    /// <summary>A frame has begun and not ended.</summary>
    public bool IsInside => _rest.Count > 0;

    public IEnumerable<(byte Type, byte[] Payload)> Cut(ReadOnlyMemory<byte> bytes)
    {
        _rest.AddRange(bytes.Span);
        int at = 0;
        while (Broken is null && _rest.Count - at >= Raw.HeaderSize)
        {
            int length = (_rest[at + 1] << 16) | (_rest[at + 2] << 8) | _rest[at + 3];
            if (length > MostPayload)
            {
                Broken = $"a frame of type 0x{_rest[at]:X2} and {length} bytes";
                break;
            }

            if (_rest.Count - at < Raw.HeaderSize + length)
            {
                break;
            }

            byte type = _rest[at];
            byte[] payload = [.. _rest.GetRange(at + Raw.HeaderSize, length)];
            at += Raw.HeaderSize + length;
            yield return (type, payload);
        }

        _rest.RemoveRange(0, at);
    }
}
