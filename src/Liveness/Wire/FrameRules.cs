namespace Liveness;

/// <summary>What a frame can break by itself, whatever came before it.</summary>
internal static class FrameRules
{
    public static ProtocolRule CheckHeader(FrameType type, int length, int maxFrame) => type switch
    {
        FrameType.Data => Expect(length >= 1 && length <= maxFrame, ProtocolRule.DataLength),
        FrameType.Hello => Expect(IsHelloLength(length), ProtocolRule.HelloLength),
        FrameType.Beat => Expect(length == WireLimits.BeatPayload, ProtocolRule.BeatLength),
        FrameType.Credit => Expect(length == WireLimits.CreditPayload, ProtocolRule.CreditLength),
        FrameType.End => Expect(length == 0, ProtocolRule.EndLength),
        FrameType.Goodbye => Expect(length is >= sizeof(ushort) and <= WireLimits.MaxGoodbyePayload, ProtocolRule.GoodbyeLength),
        FrameType.Rate => Expect(length == WireLimits.RatePayload, ProtocolRule.RateLength),
        >= FrameType.FirstExtension => Expect(length <= WireLimits.MaxExtensionPayload, ProtocolRule.ExtensionLength),
        _ => ProtocolRule.UnknownFrameType,
    };

    /// <summary>
    /// What the payload of a BEAT can break; the lengths of the others, and what was said before, are all there is to judge them by.
    /// </summary>
    public static ProtocolRule CheckBeat(ReadOnlySpan<byte> payload)
    {
        if (((BeatFlags)payload[34] & ~(BeatFlags.AnswerAtOnce | BeatFlags.IsAnswer)) != 0)
        {
            return ProtocolRule.BeatFlags;
        }

        return payload[35] == 0 ? ProtocolRule.None : ProtocolRule.ReservedNotZero;
    }

    /// <summary>The byte of a BEAT that breaks such a rule.</summary>
    public static byte Offender(ProtocolRule rule, ReadOnlySpan<byte> payload) =>
        rule == ProtocolRule.BeatFlags ? payload[34] : payload[35];

    /// <summary>
    /// True while <paramref name="first"/>, the first bytes of a stream, can still become a HELLO; it may be shorter than one.
    /// </summary>
    public static bool CanBeHello(ReadOnlySpan<byte> first)
    {
        ReadOnlySpan<byte> magic = WireLimits.MagicBytes;
        for (int i = 0; i < first.Length && i < WireLimits.HeaderSize + magic.Length; i++)
        {
            bool fits = i switch
            {
                0 => first[0] == (byte)FrameType.Hello,
                1 => first[1] == 0,
                2 => first[2] <= WireLimits.MaxHelloPayload >> 8,
                3 => IsHelloLength((first[2] << 8) | first[3]),
                _ => first[i] == magic[i - WireLimits.HeaderSize],
            };
            if (!fits)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsHelloLength(int length) => length is >= WireLimits.HelloPayload and <= WireLimits.MaxHelloPayload;

    private static ProtocolRule Expect(bool holds, ProtocolRule rule) => holds ? ProtocolRule.None : rule;
}
