namespace Liveness;

/// <summary>Large writes go from where they lie, several frames in one call. What the transport does not take at once of a frame that was
/// begun is copied; frames that were not begun are taken back.</summary>
/// <remarks>Only the owner of the sending uses it. Made at the first large write.</remarks>
internal sealed class GatheredSend(InBandConnection connection)
{
    /// <summary>From here on copying costs more than telling the kernel of several pieces.</summary>
    public const int UncopiedPiece = 8 * 1024;

    private readonly InBandSession _session = connection.Session;

    /// <summary>Of the call that is under way; empty between two.</summary>
    private readonly List<ArraySegment<byte>> _parts = new(8);

    /// <summary>A header and a payload each.</summary>
    private readonly int _mostFrames = connection.Transport.MostParts / 2;

    /// <summary>Sends what was taken, and more of what is lent where that goes in the same call.</summary>
    /// <param name="output">Taken already; its head lies in <paramref name="buffer"/>.</param>
    /// <param name="buffer">The sender's own.</param>
    /// <param name="source">The array that <paramref name="lent"/> lies in.</param>
    /// <param name="lent">Moved past what was taken.</param>
    /// <param name="upTo">Up to which DATA byte is sent; moved along.</param>
    /// <returns>What is left of a frame that was begun: a part of <paramref name="buffer"/>.</returns>
    public ReadOnlyMemory<byte> Send(in Output output, byte[] buffer, ArraySegment<byte> source, ref LentBytes lent, ref ulong upTo)
    {
        _parts.Add(new ArraySegment<byte>(buffer, 0, output.Gap));
        _parts.Add(source[..output.Lent]);
        int length = output.Length + AddFrames(output, buffer, source[output.Lent..], ref upTo);
        try
        {
            int sent = connection.Transport.TrySend(_parts);
            return sent == length ? AllSent(ref lent) : Settle(sent, buffer, ref lent, ref upTo);
        }
        finally
        {
            _parts.Clear();
        }
    }

    /// <summary>More of the application's bytes for the same call. Their headers lie where the first payload would be copied to.</summary>
    /// <returns>How many bytes that adds.</returns>
    private int AddFrames(in Output output, byte[] buffer, ArraySegment<byte> source, ref ulong upTo)
    {
        int added = 0;
        if (source.Count == 0)
        {
            return added;
        }

        lock (connection.Gate)
        {
            for (int frame = 1; frame < _mostFrames; frame++)
            {
                ArraySegment<byte> header = new(buffer, output.Gap + (frame * InBandSession.FrameHeader), InBandSession.FrameHeader);
                int payload = _session.TakeFrameOfLent(source.Count, output.Length + added, header);
                if (payload == 0)
                {
                    break;
                }

                _parts.Add(header);
                _parts.Add(source[..payload]);
                source = source[payload..];
                added += InBandSession.FrameHeader + payload;
            }

            upTo = _session.Counts.Sent;
        }

        return added;
    }

    private ReadOnlyMemory<byte> AllSent(ref LentBytes lent)
    {
        for (int part = 1; part < _parts.Count; part += 2)
        {
            lent.Skip(_parts[part].Count);
        }

        return default;
    }

    /// <summary>
    /// The transport took a part: the frame that it ends in is completed from a copy, and those behind it are taken back.
    /// </summary>
    private ReadOnlyMemory<byte> Settle(int sent, byte[] buffer, ref LentBytes lent, ref ulong upTo)
    {
        ReadOnlyMemory<byte> rest = default;
        int refund = 0;
        for (int part = 0; part < _parts.Count; part += 2)
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

            lent.Skip(payload.Count);
            if (sent < length)
            {
                rest = CopyFrame(buffer, head, payload)[sent..];
            }

            sent = Math.Max(0, sent - length);
        }

        if (refund > 0)
        {
            lock (connection.Gate)
            {
                _session.Refund(refund);
                upTo = _session.Counts.Sent;
            }
        }

        return rest;
    }

    private static ReadOnlyMemory<byte> CopyFrame(byte[] buffer, ArraySegment<byte> head, ArraySegment<byte> payload)
    {
        head.AsSpan().CopyTo(buffer);
        payload.AsSpan().CopyTo(buffer.AsSpan(head.Count));
        return buffer.AsMemory(0, head.Count + payload.Count);
    }
}
