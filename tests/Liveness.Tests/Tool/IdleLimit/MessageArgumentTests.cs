using System.Text;
using Liveness.Tool.IdleLimit;

namespace Liveness.Tests.Tool.IdleLimit;

public sealed class MessageArgumentTests
{
    [Theory]
    [InlineData(@"PING\r\n", "PING\r\n")]
    [InlineData(@"a\tb\\n", "a\tb\\n")]
    [InlineData(@"\x41\x7fz", "A\u007fz")]
    [InlineData("ä€😀", "ä€😀")]
    public void Text_and_escapes_become_bytes(string text, string meant)
    {
        MessageArgument.TryParse(text, out byte[] message).Should().BeTrue();
        message.Should().Equal(Encoding.UTF8.GetBytes(meant));
    }

    [Fact]
    public void A_byte_may_be_zero_or_no_text()
    {
        MessageArgument.TryParse(@"\x00\xff", out byte[] message).Should().BeTrue();
        message.Should().Equal(0, 0xFF);
    }

    [Theory]
    [InlineData("")]
    [InlineData(@"\")]
    [InlineData(@"PING\q")]
    [InlineData(@"\x4")]
    [InlineData(@"\xgg")]
    public void Anything_else_is_none(string text)
    {
        MessageArgument.TryParse(text, out _).Should().BeFalse();
    }

    [Fact]
    public void More_than_a_segment_is_too_much()
    {
        MessageArgument.TryParse(new string('x', 1000), out _).Should().BeTrue();
        MessageArgument.TryParse(new string('x', 1001), out _).Should().BeFalse();
    }
}
