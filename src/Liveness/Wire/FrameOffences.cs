using System.Globalization;

namespace Liveness;

/// <summary>Expected and seen, for the rules that the bytes of one frame break.</summary>
internal static class FrameOffences
{
    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    public static string Bytes(long count) => $"{Number(count)} byte{(count == 1 ? "" : "s")}";

    /// <summary>Null where the rule is not the reader's.</summary>
    public static Offence? Of(in FrameReader reader, ProtocolRule rule)
    {
        string? expected = rule switch
        {
            ProtocolRule.DataLength => $"1 to {Bytes(WireLimits.MaxDataPayload)}",
            ProtocolRule.HelloLength => $"{WireLimits.HelloPayload} to {Bytes(WireLimits.MaxHelloPayload)}",
            ProtocolRule.BeatLength => Bytes(WireLimits.BeatPayload),
            ProtocolRule.CreditLength => Bytes(WireLimits.CreditPayload),
            ProtocolRule.EndLength => Bytes(0),
            ProtocolRule.GoodbyeLength => $"{sizeof(ushort)} to {Bytes(WireLimits.MaxGoodbyePayload)}",
            ProtocolRule.RateLength => Bytes(WireLimits.RatePayload),
            ProtocolRule.ExtensionLength => $"at most {Bytes(WireLimits.MaxExtensionPayload)}",
            _ => null,
        };
        if (expected is not null)
        {
            return new Offence(expected, Bytes(reader.Length));
        }

        return rule switch
        {
            ProtocolRule.UnknownFrameType => new Offence("a type in 0x00 to 0x06 or 0x80 to 0xFF", $"0x{(byte)reader.Type:X2}"),
            ProtocolRule.BeatFlags => new Offence("flags 0 to 3", $"flags {Number(reader.Offender)}"),
            ProtocolRule.ReservedNotZero => new Offence("0 in byte 35", Number(reader.Offender)),
            _ => null,
        };
    }
}
