namespace Liveness.Tests;

public sealed class FrameReaderTests
{
    private FrameReader _reader = new(1000);

    [Fact]
    public void A_frame_that_arrives_in_pieces_is_parsed_once()
    {
        byte[] stream = [.. Frames.Hello(), .. Frames.Beat(Frames.SomeBeat)];

        FrameTrace.Of(ref _reader, stream, 1).Should().Equal(Frames.SomeHello.ToString(), Frames.SomeBeat.ToString());

        _reader.AtFrameBoundary.Should().BeTrue();
    }

    [Fact]
    public void Data_surfaces_as_far_as_it_has_come()
    {
        Feed(Frames.Hello()).Should().Be(FrameEvent.Hello);
        ReadOnlySpan<byte> input = Frames.Data("hello").AsSpan(0, 6);

        _reader.Read(ref input, out ReadOnlySpan<byte> data).Should().Be(FrameEvent.Data);
        data.ToArray().Should().Equal("he"u8.ToArray());
        _reader.FrameDataRemaining.Should().Be(3);
        _reader.AtFrameBoundary.Should().BeFalse();

        _reader.Read(ref input, out data).Should().Be(FrameEvent.NeedMore);
        input = "lo!"u8[..2];
        _reader.Read(ref input, out data).Should().Be(FrameEvent.Data);
        _reader.FrameDataRemaining.Should().Be(1);
    }

    [Fact]
    public void A_header_without_payload_is_no_event()
    {
        Feed(Frames.Hello());

        Feed(Frames.Data("hello").AsSpan(0, 4)).Should().Be(FrameEvent.NeedMore);

        _reader.FrameDataRemaining.Should().Be(5);
        _reader.AtFrameBoundary.Should().BeFalse();
    }

    [Fact]
    public void Half_a_control_frame_is_no_frame_boundary()
    {
        _reader.AtFrameBoundary.Should().BeTrue("nothing has come");
        Feed(Frames.Hello().AsSpan(0, 1));
        _reader.AtFrameBoundary.Should().BeFalse();
        Feed(Frames.Hello().AsSpan(1)).Should().Be(FrameEvent.Hello);
        _reader.AtFrameBoundary.Should().BeTrue();
        Feed(Frames.Beat(Frames.SomeBeat).AsSpan(0, 20));
        _reader.AtFrameBoundary.Should().BeFalse();
    }

    [Theory]
    [InlineData(65)]
    [InlineData(512)]
    public void What_a_longer_hello_carries_beyond_version_1_is_ignored(int length)
    {
        byte[] longer = Frames.Raw(1, [.. Frames.Hello()[4..], .. Enumerable.Repeat((byte)0xEE, length - 64)]);

        FrameTrace.Of(ref _reader, [.. longer, .. Frames.End()], 50).Should().Equal(Frames.SomeHello.ToString(), "End");
    }

    [Fact]
    public void A_second_hello_is_the_session_s_matter() =>
        FrameTrace.Of(ref _reader, [.. Frames.Hello(), .. Frames.Hello()]).Should().Equal(Frames.SomeHello.ToString(), Frames.SomeHello.ToString());

    [Fact]
    public void An_extension_is_skipped_and_reported_once()
    {
        byte[] extension = Frames.Raw(0x80, new byte[WireLimits.MaxExtensionPayload]);

        FrameTrace.Of(ref _reader, [.. Frames.Hello(), .. extension, .. Frames.Raw(0xFF, []), .. Frames.End()], 1000)
            .Should().Equal(Frames.SomeHello.ToString(), "Extension", "Extension", "End");
    }

    [Fact]
    public void A_goodbye_code_of_a_later_version_is_kept()
    {
        Feed(Frames.Hello());

        ReadOnlySpan<byte> input = Frames.Raw(5, [0x12, 0x34]);

        _reader.Read(ref input, out ReadOnlySpan<byte> payload).Should().Be(FrameEvent.Goodbye);

        GoodbyeFrame goodbye = FrameDecoder.Goodbye(payload);
        goodbye.Should().Be(new GoodbyeFrame((GoodbyeCode)0x1234, string.Empty));
        goodbye.IsOrderly.Should().BeFalse();
    }

    [Fact]
    public void After_a_violation_nothing_is_taken_any_more()
    {
        Feed(Frames.Hello());
        Feed(Frames.Raw(7, [])).Should().Be(FrameEvent.Violation);
        ReadOnlySpan<byte> input = Frames.End();

        _reader.Read(ref input, out ReadOnlySpan<byte> data).Should().Be(FrameEvent.Violation);

        input.Length.Should().Be(4);
        data.IsEmpty.Should().BeTrue();
        _reader.Violation.Should().Be(ProtocolRule.UnknownFrameType);
    }

    [Fact]
    public void Of_a_beat_that_breaks_a_rule_nothing_is_handed_out()
    {
        Feed(Frames.Hello());
        ReadOnlySpan<byte> input = Frames.Beat(Frames.SomeBeat with { Flags = (BeatFlags)4 });

        _reader.Read(ref input, out ReadOnlySpan<byte> payload).Should().Be(FrameEvent.Violation);

        payload.IsEmpty.Should().BeTrue();
    }

    [Fact]
    public void A_hello_of_a_later_version_whose_end_comes_late_is_handed_out_as_we_know_it()
    {
        byte[] hello = Frames.Raw(1, [.. Frames.Hello()[4..], .. new byte[448]]);

        Feed(hello.AsSpan(0, 300)).Should().Be(FrameEvent.NeedMore);
        ReadOnlySpan<byte> rest = hello.AsSpan(300);
        _reader.Read(ref rest, out ReadOnlySpan<byte> payload).Should().Be(FrameEvent.Hello);

        FrameDecoder.Hello(payload).Should().Be(Frames.SomeHello);
        rest.IsEmpty.Should().BeTrue();
    }

    [Fact]
    public void Our_own_maximum_frame_limits_data()
    {
        Feed(Frames.Hello());
        Feed(Frames.Raw(0, 1000, [1])).Should().Be(FrameEvent.Data);

        FrameReader other = new(999);
        FrameTrace.Of(ref other, [.. Frames.Hello(), .. Frames.Raw(0, 1000, [1])]).Should().EndWith("Violation DataLength");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65537)]
    public void A_maximum_frame_out_of_range_is_refused(int maxFrame) =>
        FluentActions.Invoking(() => new FrameReader(maxFrame)).Should().Throw<ArgumentOutOfRangeException>();

    private FrameEvent Feed(ReadOnlySpan<byte> input) => _reader.Read(ref input, out _);
}
