namespace Liveness;

/// <content>Large writes go from where they lie, several frames in one call. What the transport does not take at once of a frame that was
/// begun is copied;
/// frames that were not begun are taken back.</content>
internal sealed partial class InBandConnection
{
    /// <summary>From here on copying costs more than telling the kernel of several pieces.</summary>
    private const int UncopiedPiece = 8 * 1024;

    /// <summary>A header and a payload each: with more than eight parts .NET allocates.</summary>
    private const int MostFrames = 4;

    private List<ArraySegment<byte>>? _parts;

    private ReadOnlyMemory<byte> SendInParts(in Output output, ArraySegment<byte> source, ref ReadOnlyMemory<byte> lent)
    {
        _parts ??= new List<ArraySegment<byte>>(2 * MostFrames);
        _parts.Add(new ArraySegment<byte>(_sendBuffer, 0, output.Gap));
        _parts.Add(source[..output.Lent]);
        int length = output.Length + AddFrames(output, source[output.Lent..]);
        try
        {
            int sent = _transport.TrySend(_parts);
            return sent == length ? AllSent(ref lent) : Settle(sent, ref lent);
        }
        finally
        {
            _parts.Clear();
        }
    }

    /// <summary>More of the application's bytes for the same call. Their headers lie where the first payload would be copied to.</summary>
    /// <returns>How many bytes that adds.</returns>
    private int AddFrames(in Output output, ArraySegment<byte> source)
    {
        int added = 0;
        if (source.Count == 0)
        {
            return added;
        }

        lock (_gate)
        {
            for (int frame = 1; frame < MostFrames; frame++)
            {
                int payload = _session.TakeFrameOfLent(source.Count, output.Length + added);
                if (payload == 0)
                {
                    break;
                }

                ArraySegment<byte> header = new(_sendBuffer, output.Gap + (frame * WireLimits.HeaderSize), WireLimits.HeaderSize);
                FrameWriter.WriteDataHeader(header, payload);
                _parts!.Add(header);
                _parts.Add(source[..payload]);
                source = source[payload..];
                added += WireLimits.HeaderSize + payload;
            }

            _sendingUpTo = _session.Counts.Sent;
        }

        return added;
    }

    private ReadOnlyMemory<byte> AllSent(ref ReadOnlyMemory<byte> lent)
    {
        for (int part = 1; part < _parts!.Count; part += 2)
        {
            lent = lent[_parts[part].Count..];
        }

        return default;
    }

    /// <summary>
    /// The transport took a part: the frame that it ends in is completed from a copy, and those behind it are taken back.
    /// </summary>
    private ReadOnlyMemory<byte> Settle(int sent, ref ReadOnlyMemory<byte> lent)
    {
        ReadOnlyMemory<byte> rest = default;
        int refund = 0;
        for (int part = 0; part < _parts!.Count; part += 2)
        {
            ArraySegment<byte> head = _parts[part];
            ArraySegment<byte> payload = _parts[part + 1];
            int length = head.Count + payload.Count;

            // The first holds control frames too, which can't be taken back.
            bool isBegun = sent > 0 || part == 0;
            if (!isBegun)
            {
                refund += payload.Count;
                continue;
            }

            lent = lent[payload.Count..];
            if (sent < length)
            {
                rest = CopyFrame(head, payload)[sent..];
            }

            sent = Math.Max(0, sent - length);
        }

        if (refund > 0)
        {
            lock (_gate)
            {
                _session.Refund(refund);
                _sendingUpTo = _session.Counts.Sent;
            }
        }

        return rest;
    }

    private ReadOnlyMemory<byte> CopyFrame(ArraySegment<byte> head, ArraySegment<byte> payload)
    {
        head.AsSpan().CopyTo(_sendBuffer);
        payload.AsSpan().CopyTo(_sendBuffer.AsSpan(head.Count));
        return _sendBuffer.AsMemory(0, head.Count + payload.Count);
    }
}
