using System.Text;

namespace Liveness.Tests;

public sealed class GoodbyeReasonTests
{
    [Theory]
    [InlineData("plain text, ünïcödé 😀", "plain text, ünïcödé 😀")]
    [InlineData("", "")]
    [InlineData("a\r\nWARN forged", @"a\u000D\u000AWARN forged")]
    [InlineData("\t\0\u001B[31m\u007F", @"\u0009\u0000\u001B[31m\u007F")]
    [InlineData("c1 \u0085\u009B", @"c1 \u0085\u009B")]
    [InlineData("\u2028\u2029", @"\u2028\u2029")]
    [InlineData("\u202Aa\u202Eb\u2066c\u2069\u200E\u200F\u061C", @"\u202Aa\u202Eb\u2066c\u2069\u200E\u200F\u061C")]
    [InlineData("\uFEFF\u200B", @"\uFEFF\u200B")]
    [InlineData("x\U000E0001", @"x\uDB40\uDC01")]
    public void Control_and_format_characters_are_escaped(string sent, string expected) =>
        GoodbyeReason.Decode(Encoding.UTF8.GetBytes(sent)).Should().Be(expected);

    [Theory]
    [InlineData(new byte[] { 0x61, 0xFF, 0x62 }, "a\uFFFDb")]
    [InlineData(new byte[] { 0x61, 0xE2, 0x82 }, "a\uFFFD")]
    [InlineData(new byte[] { 0xC0, 0x8A }, "\uFFFD\uFFFD")]
    public void Invalid_UTF8_is_replaced(byte[] sent, string expected) => GoodbyeReason.Decode(sent).Should().Be(expected);
}
