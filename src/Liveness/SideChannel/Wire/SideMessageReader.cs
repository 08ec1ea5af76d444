using System.Buffers.Binary;

namespace Liveness.SideChannel;

/// <summary>Incremental parser of one direction of a side connection: bytes in, in whatever pieces; one message for each call.</summary>
/// <remarks>Peer input is hostile: nothing here throws on it, and at most one message is kept. Not safe for concurrent use.</remarks>
internal sealed class SideMessageReader
{
    private byte[] _kept = [];
    private int _keptCount;

    /// <summary>The rule broken; <see cref="SideRule.None"/> while none is. It stays.</summary>
    public SideRule Violation { get; private set; }

    /// <summary>True when no message is half-read: an end of the stream here cuts nothing.</summary>
    public bool AtMessageBoundary => _keptCount == 0;

    /// <summary>Finds the next message and moves <paramref name="input"/> past what it used.</summary>
    /// <param name="payload">The whole payload, as <see cref="SideMessageDecoder"/> takes it; valid until the next call.</param>
    /// <returns>False once the input is used up, or after a <see cref="Violation"/>: then every later call takes nothing.</returns>
    public bool TryRead(ref ReadOnlySpan<byte> input, out SideMessageType type, out ReadOnlySpan<byte> payload)
    {
        type = default;
        payload = default;
        if (Violation != SideRule.None || !TryCollect(ref input, out ReadOnlySpan<byte> message))
        {
            return false;
        }

        Violation = SideRules.CheckPayload((SideMessageType)message[0], message[SideLimits.HeaderSize..]);
        if (Violation != SideRule.None)
        {
            return false;
        }

        type = (SideMessageType)message[0];
        payload = message[SideLimits.HeaderSize..];
        return true;
    }

    /// <summary>The message straight from the input where it is whole there; otherwise its parts, gathered.</summary>
    private bool TryCollect(ref ReadOnlySpan<byte> input, out ReadOnlySpan<byte> message)
    {
        message = default;
        if (_keptCount == 0 && input.Length >= SideLimits.HeaderSize)
        {
            int length = LengthOf(input);
            if (Violation != SideRule.None)
            {
                return false;
            }

            if (input.Length >= length)
            {
                message = Take(ref input, length);
                return true;
            }
        }

        if (!TryKeep(ref input, SideLimits.HeaderSize))
        {
            return false;
        }

        int whole = LengthOf(_kept);
        if (Violation != SideRule.None || !TryKeep(ref input, whole))
        {
            return false;
        }

        message = _kept.AsSpan(0, whole);
        _keptCount = 0;
        return true;
    }

    private int LengthOf(ReadOnlySpan<byte> header)
    {
        int length = BinaryPrimitives.ReadUInt16BigEndian(header[1..]);
        Violation = SideRules.CheckHeader((SideMessageType)header[0], length);
        return SideLimits.HeaderSize + length;
    }

    private bool TryKeep(ref ReadOnlySpan<byte> input, int wanted)
    {
        if (_kept.Length == 0 && !input.IsEmpty)
        {
            _kept = new byte[SideLimits.MaxMessage];
        }

        if (wanted > _keptCount)
        {
            ReadOnlySpan<byte> part = Take(ref input, wanted - _keptCount);
            part.CopyTo(_kept.AsSpan(_keptCount));
            _keptCount += part.Length;
        }

        return _keptCount >= wanted;
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> input, int most)
    {
        int count = Math.Min(input.Length, most);
        ReadOnlySpan<byte> taken = input[..count];
        input = input[count..];
        return taken;
    }
}
