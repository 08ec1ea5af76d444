using FsCheck;
using FsCheck.Fluent;
using Liveness.SideChannel;

namespace Liveness.Tests;

/// <summary>Side messages for tests, as bytes and as the text that a reader makes of them.</summary>
internal static class SideMessages
{
    private static readonly Gen<byte> s_byte = Gen.Choose(0, 255).Select(value => (byte)value);

    public static Gen<(byte[] Bytes, string Trace)> Any { get; } = Gen.OneOf(
        from method in Gen.Choose(0, 255)
        from nonce in B32()
        select Make(new AuthMessage(1, (SideAuthMethod)method, nonce), (room, message) => SideMessageWriter.WriteAuth(room, message)),
        from proof in s_byte.ArrayOf(32)
        select (Write(room => SideMessageWriter.WriteProof(room, proof)), "Proof " + Convert.ToHexString(proof)),
        from count in U64()
        select (Write(room => SideMessageWriter.WriteReady(room, (uint)count)), "Ready " + (uint)count),
        from id in U64()
        from a in U128()
        from b in U128()
        from ports in U64()
        from nonce in U64()
        select Make(new WatchMessage(id, new ConnectionTuple(a, b, (ushort)ports, (ushort)(ports >> 16)), nonce), (room, message) => SideMessageWriter.WriteWatch(room, message)),
        from id in U64()
        from hash in B32()
        from nonce in U64()
        select Make(new WatchKeyMessage(id, hash, nonce), (room, message) => SideMessageWriter.WriteWatchKey(room, message)),
        from id in U64()
        from answer in Gen.Choose(2, 5)
        select Make(new AnswerMessage(id, (SideAnswer)answer, AnswerMessage.Unknown, AnswerMessage.Unknown), (room, message) => SideMessageWriter.WriteAnswer(room, message)),
        from id in U64()
        from received in U64()
        from sent in U64()
        select Make(new AnswerMessage(id, SideAnswer.Watched, received, sent), (room, message) => SideMessageWriter.WriteAnswer(room, message)),
        from count in Gen.Choose(1, 60)
        from ids in U64().ArrayOf(count)
        select (Write(room => SideMessageWriter.WriteAsk(room, ids)), "Ask " + string.Join(' ', ids)),
        from id in U64()
        from reason in Gen.Choose(1, 2)
        select Make(new UnwatchMessage(id, (UnwatchReason)reason), (room, message) => SideMessageWriter.WriteUnwatch(room, message)),
        from id in U64()
        from reason in Gen.Choose(1, 2)
        select Make(new RefusedMessage(id, (WatchRefusal)reason), (room, message) => SideMessageWriter.WriteRefused(room, message)));

    /// <summary>Mostly legal, sometimes damaged, cut anywhere.</summary>
    public static Gen<byte[]> Hostile { get; } =
        from parts in Gen.Frequency((6, Any.Select(message => message.Bytes)), (1, s_byte.ArrayOf()), (2, Damaged())).ListOf()
        from cut in Gen.Choose(0, 20)
        let whole = parts.SelectMany(part => part).ToArray()
        select whole[..Math.Max(0, whole.Length - cut)];

    public static byte[] Raw(int type, int length, params byte[] payload) => [(byte)type, (byte)(length >> 8), (byte)length, .. payload];

    public static byte[] Write(Func<byte[], int> write)
    {
        byte[] room = new byte[SideLimits.MaxMessage];
        return room[..write(room)];
    }

    /// <summary>What a new reader makes of a stream that arrives in pieces of these sizes, again and again.</summary>
    public static List<string> Trace(byte[] stream, params int[] pieces) => Trace(new SideMessageReader(), stream, pieces);

    public static List<string> Trace(SideMessageReader reader, byte[] stream, params int[] pieces)
    {
        List<string> trace = [];
        int at = 0;
        for (int i = 0; at < stream.Length; i++)
        {
            int size = pieces.Length == 0 ? stream.Length : Math.Max(pieces[i % pieces.Length], i % pieces.Length == 0 ? 1 : 0);
            ReadOnlySpan<byte> piece = stream.AsSpan(at, Math.Min(size, stream.Length - at));
            at += piece.Length;
            while (reader.TryRead(ref piece, out SideMessageType type, out ReadOnlySpan<byte> payload))
            {
                trace.Add(TextOf(type, payload));
            }

            if (reader.Violation != SideRule.None)
            {
                trace.Add("Violation " + reader.Violation);
                return trace;
            }

            piece.Length.Should().Be(0, "what is no violation is used up");
        }

        return trace;
    }

    private static string TextOf(SideMessageType type, ReadOnlySpan<byte> payload) => type switch
    {
        SideMessageType.Auth => SideMessageDecoder.ReadAuth(payload).ToString(),
        SideMessageType.Proof => "Proof " + Convert.ToHexString(payload),
        SideMessageType.Ready => "Ready " + SideMessageDecoder.ReadReady(payload),
        SideMessageType.Watch => SideMessageDecoder.ReadWatch(payload).ToString(),
        SideMessageType.WatchKey => SideMessageDecoder.ReadWatchKey(payload).ToString(),
        SideMessageType.Answer => SideMessageDecoder.ReadAnswer(payload).ToString(),
        SideMessageType.Ask => "Ask " + string.Join(' ', IdsOf(payload)),
        SideMessageType.Unwatch => SideMessageDecoder.ReadUnwatch(payload).ToString(),
        SideMessageType.Refused => SideMessageDecoder.ReadRefused(payload).ToString(),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    private static ulong[] IdsOf(ReadOnlySpan<byte> payload)
    {
        ulong[] ids = new ulong[SideMessageDecoder.AskCount(payload)];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = SideMessageDecoder.AskId(payload, i);
        }

        return ids;
    }

    private static (byte[] Bytes, string Trace) Make<T>(T message, Func<byte[], T, int> write)
        where T : struct
    {
        return (Write(room => write(room, message)), message.ToString()!);
    }

    private static Gen<byte[]> Damaged() =>
        from message in Any
        from index in Gen.Choose(0, message.Bytes.Length - 1)
        from value in s_byte
        select (byte[])[.. message.Bytes[..index], value, .. message.Bytes[(index + 1)..]];

    private static Gen<ulong> U64() => Gen.OneOf(Gen.Elements(0UL, 1UL, ulong.MaxValue, ulong.MaxValue - 1), s_byte.ArrayOf(8).Select(bytes => BitConverter.ToUInt64(bytes)));

    private static Gen<UInt128> U128() =>
        from high in U64()
        from low in U64()
        select new UInt128(high, low);

    private static Gen<Bytes32> B32() =>
        from first in U128()
        from second in U128()
        select new Bytes32(first, second);
}
