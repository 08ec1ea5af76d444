namespace Liveness.Tests;

/// <summary>Every rule that the reader itself reports, at the edges of its range.</summary>
public sealed class FrameViolationTests
{
    [Theory]
    [InlineData(0x00, 0, nameof(ProtocolRule.DataLength))]
    [InlineData(0x00, 1, null)]
    [InlineData(0x00, 1000, null)]
    [InlineData(0x00, 1001, nameof(ProtocolRule.DataLength))]
    [InlineData(0x00, 0xFFFFFF, nameof(ProtocolRule.DataLength))]
    [InlineData(0x01, 63, nameof(ProtocolRule.HelloLength))]
    [InlineData(0x01, 64, null)]
    [InlineData(0x01, 512, null)]
    [InlineData(0x01, 513, nameof(ProtocolRule.HelloLength))]
    [InlineData(0x02, 39, nameof(ProtocolRule.BeatLength))]
    [InlineData(0x02, 40, null)]
    [InlineData(0x02, 41, nameof(ProtocolRule.BeatLength))]
    [InlineData(0x03, 7, nameof(ProtocolRule.CreditLength))]
    [InlineData(0x03, 8, null)]
    [InlineData(0x03, 9, nameof(ProtocolRule.CreditLength))]
    [InlineData(0x04, 0, null)]
    [InlineData(0x04, 1, nameof(ProtocolRule.EndLength))]
    [InlineData(0x05, 1, nameof(ProtocolRule.GoodbyeLength))]
    [InlineData(0x05, 2, null)]
    [InlineData(0x05, 258, null)]
    [InlineData(0x05, 259, nameof(ProtocolRule.GoodbyeLength))]
    [InlineData(0x06, 15, nameof(ProtocolRule.RateLength))]
    [InlineData(0x06, 16, null)]
    [InlineData(0x06, 17, nameof(ProtocolRule.RateLength))]
    [InlineData(0x07, 0, nameof(ProtocolRule.UnknownFrameType))]
    [InlineData(0x10, 40, nameof(ProtocolRule.UnknownFrameType))]
    [InlineData(0x7F, 0, nameof(ProtocolRule.UnknownFrameType))]
    [InlineData(0x80, 0, null)]
    [InlineData(0x80, 65536, null)]
    [InlineData(0x80, 65537, nameof(ProtocolRule.ExtensionLength))]
    [InlineData(0xFF, 0xFFFFFF, nameof(ProtocolRule.ExtensionLength))]
    public void A_length_is_judged_by_the_header_alone(byte type, int length, string? rule)
    {
        List<string> trace = FrameTrace.Of([.. Frames.Hello(), .. Frames.Raw(type, length, [])], 1000);

        trace.Skip(1).Where(e => e.StartsWith("Violation", StringComparison.Ordinal))
            .Should().Equal(rule is null ? [] : ["Violation " + rule]);
    }

    [Theory]
    [InlineData(0, 0, null)]
    [InlineData(1, 0, null)]
    [InlineData(2, 0, null)]
    [InlineData(3, 0, null)]
    [InlineData(4, 0, nameof(ProtocolRule.BeatFlags))]
    [InlineData(0x81, 0, nameof(ProtocolRule.BeatFlags))]
    [InlineData(0, 1, nameof(ProtocolRule.ReservedNotZero))]
    [InlineData(8, 1, nameof(ProtocolRule.BeatFlags))]
    public void Unknown_flags_and_the_reserved_byte_of_a_beat_are_refused(byte flags, byte reserved, string? rule)
    {
        byte[] beat = Frames.Beat(Frames.SomeBeat);
        beat[4 + 34] = flags;
        beat[4 + 35] = reserved;

        string expected = rule is null ? (Frames.SomeBeat with { Flags = (BeatFlags)flags }).ToString() : "Violation " + rule;
        FrameTrace.Of([.. Frames.Hello(), .. beat], 1000).Should().EndWith(expected);
        FrameTrace.Of([.. Frames.Hello(), .. beat], 1000, 7).Should().EndWith(expected);
    }
}
