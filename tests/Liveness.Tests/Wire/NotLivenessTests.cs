using System.Text;

namespace Liveness.Tests;

public sealed class NotLivenessTests
{
    [Theory]
    [InlineData("220 mail.example.org ESMTP", 1)]
    [InlineData("HTTP/1.1 400 Bad Request", 1)]
    [InlineData("\u0015\u0003\u0003\0\u0002\u0002F", 1)] // a TLS alert
    [InlineData("\0\0\0\u0005hello", 1)] // a DATA frame
    [InlineData("\u0001\u0001", 2)]
    [InlineData("\u0001\0\u0003", 3)]
    [InlineData("\u0001\0\u0002\u0001", 4)]
    [InlineData("\u0001\0\0\u003F", 4)]
    [InlineData("\u0001\0\0@live", 5)]
    [InlineData("\u0001\0\0@LIVX", 8)]
    public void Another_protocol_is_known_from_the_first_byte_that_does_not_fit(string banner, int offending)
    {
        byte[] stream = Encoding.Latin1.GetBytes(banner);
        FrameReader reader = new(1000);
        for (int i = 0; i < offending; i++)
        {
            ReadOnlySpan<byte> one = stream.AsSpan(i, 1);
            reader.Read(ref one, out _).Should().Be(i == offending - 1 ? FrameEvent.NotLiveness : FrameEvent.NeedMore, "byte {0}", i);
        }

        reader.FirstBytes.ToArray().Should().Equal(stream[..offending]);
    }

    [Fact]
    public void The_first_sixteen_bytes_are_evidence()
    {
        FrameReader reader = new(1000);
        ReadOnlySpan<byte> input = "220 mail.example.org ESMTP"u8;

        reader.Read(ref input, out _).Should().Be(FrameEvent.NotLiveness);

        Encoding.ASCII.GetString(reader.FirstBytes.Span).Should().Be("220 mail.example");
    }

    [Fact]
    public void The_first_bytes_of_a_good_stream_are_kept_until_a_frame_follows_the_hello()
    {
        FrameReader reader = new(1000);

        FrameTrace.Of(ref reader, Frames.Hello(), 3);
        reader.FirstBytes.ToArray().Should().Equal(Frames.Hello()[..16]);

        FrameTrace.Of(ref reader, Frames.End());
        reader.FirstBytes.IsEmpty.Should().BeTrue();
    }

    [Fact]
    public void It_stays_not_Liveness_whatever_comes_later()
    {
        FrameReader reader = new(1000);
        ReadOnlySpan<byte> input = "x"u8;
        reader.Read(ref input, out _);
        input = Frames.Hello();

        reader.Read(ref input, out _).Should().Be(FrameEvent.NotLiveness);

        reader.FirstBytes.Length.Should().Be(1);
    }
}
