using System.Buffers.Binary;
using System.Diagnostics;

namespace Liveness.SideChannel;

/// <summary>
/// Writes whole side messages. Every method returns the bytes written; <see cref="SideLimits.MaxMessage"/> is always enough room.
/// </summary>
internal static class SideMessageWriter
{
    public static int WriteAuth(Span<byte> destination, in AuthMessage message)
    {
        Span<byte> payload = Begin(destination, SideMessageType.Auth, SideLimits.AuthPayload);
        payload[0] = message.Version;
        payload[1] = (byte)message.Method;
        message.Nonce.Write(payload[2..]);
        return SideLimits.HeaderSize + payload.Length;
    }

    public static int WriteProof(Span<byte> destination, ReadOnlySpan<byte> proof)
    {
        Debug.Assert(proof.Length == SideLimits.ProofPayload, "A proof is an HMAC-SHA256.");
        Span<byte> payload = Begin(destination, SideMessageType.Proof, SideLimits.ProofPayload);
        proof.CopyTo(payload);
        return SideLimits.HeaderSize + payload.Length;
    }

    public static int WriteReady(Span<byte> destination, uint maxWatches)
    {
        Span<byte> payload = Begin(destination, SideMessageType.Ready, SideLimits.ReadyPayload);
        BinaryPrimitives.WriteUInt32BigEndian(payload, maxWatches);
        return SideLimits.HeaderSize + payload.Length;
    }

    public static int WriteWatch(Span<byte> destination, in WatchMessage message)
    {
        Span<byte> payload = BeginWithId(destination, SideMessageType.Watch, SideLimits.WatchPayload, message.Id);
        ConnectionTuple tuple = message.Tuple;
        BinaryPrimitives.WriteUInt128BigEndian(payload[8..], tuple.Local);
        BinaryPrimitives.WriteUInt128BigEndian(payload[24..], tuple.Remote);
        BinaryPrimitives.WriteUInt16BigEndian(payload[40..], tuple.LocalPort);
        BinaryPrimitives.WriteUInt16BigEndian(payload[42..], tuple.RemotePort);
        BinaryPrimitives.WriteUInt64BigEndian(payload[44..], message.Nonce);
        return SideLimits.HeaderSize + payload.Length;
    }

    public static int WriteWatchKey(Span<byte> destination, in WatchKeyMessage message)
    {
        Span<byte> payload = BeginWithId(destination, SideMessageType.WatchKey, SideLimits.WatchKeyPayload, message.Id);
        message.KeyHash.Write(payload[8..]);
        BinaryPrimitives.WriteUInt64BigEndian(payload[(8 + Bytes32.Size)..], message.Nonce);
        return SideLimits.HeaderSize + payload.Length;
    }

    public static int WriteAnswer(Span<byte> destination, in AnswerMessage message)
    {
        Span<byte> payload = BeginWithId(destination, SideMessageType.Answer, SideLimits.AnswerPayload, message.Id);
        payload[8] = (byte)message.Answer;
        BinaryPrimitives.WriteUInt64BigEndian(payload[9..], message.BytesReceived);
        BinaryPrimitives.WriteUInt64BigEndian(payload[17..], message.BytesSent);
        return SideLimits.HeaderSize + payload.Length;
    }

    /// <param name="ids">1 to <see cref="SideLimits.MaxAskIds"/>.</param>
    public static int WriteAsk(Span<byte> destination, ReadOnlySpan<ulong> ids)
    {
        Debug.Assert(ids.Length is >= 1 and <= SideLimits.MaxAskIds, "A longer question goes out in several messages.");
        Span<byte> payload = Begin(destination, SideMessageType.Ask, 2 + (8 * ids.Length));
        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)ids.Length);
        for (int i = 0; i < ids.Length; i++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(payload[(2 + (8 * i))..], ids[i]);
        }

        return SideLimits.HeaderSize + payload.Length;
    }

    public static int WriteUnwatch(Span<byte> destination, in UnwatchMessage message)
    {
        Span<byte> payload = BeginWithId(destination, SideMessageType.Unwatch, SideLimits.UnwatchPayload, message.Id);
        payload[8] = (byte)message.Reason;
        return SideLimits.HeaderSize + payload.Length;
    }

    public static int WriteRefused(Span<byte> destination, in RefusedMessage message)
    {
        Span<byte> payload = BeginWithId(destination, SideMessageType.Refused, SideLimits.RefusedPayload, message.Id);
        payload[8] = (byte)message.Reason;
        return SideLimits.HeaderSize + payload.Length;
    }

    private static Span<byte> Begin(Span<byte> destination, SideMessageType type, int length)
    {
        destination[0] = (byte)type;
        BinaryPrimitives.WriteUInt16BigEndian(destination[1..], (ushort)length);
        return destination.Slice(SideLimits.HeaderSize, length);
    }

    private static Span<byte> BeginWithId(Span<byte> destination, SideMessageType type, int length, ulong id)
    {
        Span<byte> payload = Begin(destination, type, length);
        BinaryPrimitives.WriteUInt64BigEndian(payload, id);
        return payload;
    }
}
