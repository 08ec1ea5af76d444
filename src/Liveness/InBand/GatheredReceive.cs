using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Liveness;

/// <summary>Several large frames in one call: while the peer sends nothing but the longest frames, it is foreseen where the next headers
/// will lie, and they are parted from the payloads on the way.</summary>
/// <remarks>Only the owner of the receiving uses it; made at the first large read. Where something else comes, a beat or a shorter frame,
/// what lies behind it in the application's buffer is read from there and moved down. It always moves down: no frame is longer than was
/// foreseen, so at every place at least as many bytes of headers have come as were kept apart.</remarks>
internal sealed class GatheredReceive(InBandConnection connection)
{
    private readonly InBandSession _session = connection.Session;
    private readonly PendingRead _read = connection.Read;

    /// <summary>By turns of the application's buffer and of ours. Empty between two receives.</summary>
    private readonly List<ArraySegment<byte>> _parts = new(8);

    /// <param name="free">The part of the application's buffer that is not filled yet; claimed.</param>
    /// <param name="first">What is left of the present frame.</param>
    /// <param name="headers">The receiver's own.</param>
    /// <returns>False = the application's buffer can't be divided.</returns>
    public bool TryPlan(Memory<byte> free, int first, byte[] headers)
    {
        if (!MemoryMarshal.TryGetArray<byte>(free, out ArraySegment<byte> rest))
        {
            return false;
        }

        int most = connection.Transport.MostParts;
        for (int payload = first; payload > 0 && _parts.Count < most; payload = Math.Min(WireLimits.MaxDataPayload, rest.Count))
        {
            _parts.Add(rest[..payload]);
            rest = rest[payload..];
            if (_parts.Count > 1 && payload < WireLimits.MaxDataPayload)
            {
                // The buffer ends within that frame.
                break;
            }

            _parts.Add(new ArraySegment<byte>(headers, _parts.Count / 2 * InBandSession.FrameHeader, InBandSession.FrameHeader));
        }

        return true;
    }

    /// <inheritdoc cref="Transport.TryReceiveParts"/>
    public bool TryReceive(out int count)
    {
        bool received = false;
        count = 0;
        try
        {
            received = connection.Transport.TryReceiveParts(_parts, out count);
            return received;
        }
        finally
        {
            if (!received || count == 0)
            {
                _parts.Clear();
            }
        }
    }

    /// <summary>What came behind the present frame.</summary>
    /// <param name="count">How much.</param>
    /// <param name="now">The present.</param>
    /// <param name="health">Of this process.</param>
    public SessionSignals TakeInNeedsLock(int count, Instant now, in LocalHealth health)
    {
        Debug.Assert(Monitor.IsEntered(connection.Gate));
        SessionSignals signals = SessionSignals.None;
        bool isForeseen = true;
        for (int part = 1; part < _parts.Count && count > 0; part++)
        {
            ArraySegment<byte> bytes = _parts[part];
            bytes = bytes[..Math.Min(count, bytes.Count)];
            count -= bytes.Count;
            isForeseen &= part % 2 == 1 || _session.DirectBytes == WireLimits.MaxDataPayload;
            if (isForeseen && part % 2 == 0)
            {
                signals |= _session.OnReceivedDirectly(bytes.Count, now, out int taken);
                _read.FillNeedsLock(taken);
                continue;
            }

            Delivery delivery = new(_read.IsWaiting ? _read.Free.Span : default);
            signals |= _session.OnReceived(bytes, now, health, ref delivery);
            _read.FillNeedsLock(delivery.Count);
        }

        _parts.Clear();
        return signals;
    }
}
