using System.Text;

namespace Liveness.Tests;

public sealed class FrameWriterTests
{
    [Fact]
    public void A_reason_is_cut_at_256_bytes()
    {
        byte[] frame = Frames.Goodbye(GoodbyeCode.Aborted, new string('x', 300));

        frame.Should().HaveCount(WireLimits.MaxControlFrame);
        frame[..6].Should().Equal(5, 0, 1, 2, 0, 5);
    }

    [Theory]
    [InlineData("é", 2)]
    [InlineData("€", 3)]
    [InlineData("😀", 4)]
    public void A_reason_is_never_cut_in_the_middle_of_a_code_point(string codePoint, int size)
    {
        for (int before = 0; before < size; before++)
        {
            string reason = new string('x', before) + string.Concat(Enumerable.Repeat(codePoint, 130));
            byte[] text = Frames.Goodbye(GoodbyeCode.Done, reason)[6..];

            text.Length.Should().Be(before + ((256 - before) / size * size));
            reason.Should().StartWith(Encoding.UTF8.GetString(text));
        }
    }

    [Fact]
    public void A_lone_surrogate_in_a_reason_is_replaced() =>
        Frames.Goodbye(GoodbyeCode.Done, "a\uD800b")[6..].Should().Equal(Encoding.UTF8.GetBytes("a\uFFFDb"));

    [Fact]
    public void The_reserved_byte_is_written_even_over_old_bytes()
    {
        byte[] room = Enumerable.Repeat((byte)0xEE, 44).ToArray();

        FrameWriter.WriteBeat(room, Frames.SomeBeat).Should().Be(44);

        room[4 + 35].Should().Be(0);
    }
}
