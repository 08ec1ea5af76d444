using FsCheck;
using FsCheck.Fluent;

namespace Liveness.Tests;

public sealed class FramePropertyTests
{
    private const int MaxFrame = 50;
    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(1000);

    [Fact]
    public void Any_split_of_any_stream_gives_the_events_of_the_model() => Check.One(s_config, Prop.ForAll(
        FrameGenerators.Stream.ToArbitrary(),
        FrameGenerators.Pieces.ToArbitrary(),
        (stream, pieces) =>
        {
            List<string> model = FrameModel.Trace(stream, MaxFrame);
            FrameTrace.Of(stream, MaxFrame).Should().Equal(model);
            FrameTrace.Of(stream, MaxFrame, pieces).Should().Equal(model);
        }));

    [Fact]
    public void Random_garbage_never_throws() => Check.One(s_config, Prop.ForAll(
        FrameGenerators.AnyBytes.ToArbitrary(),
        FrameGenerators.Pieces.ToArbitrary(),
        (garbage, pieces) =>
        {
            FrameTrace.Of(garbage, MaxFrame, pieces).Should().Equal(FrameModel.Trace(garbage, MaxFrame));
            byte[] late = [.. Frames.Hello(), .. garbage];
            FrameTrace.Of(late, MaxFrame, pieces).Should().Equal(FrameModel.Trace(late, MaxFrame));
        }));

    [Fact]
    public void What_is_written_is_read_back() => Check.One(s_config, Prop.ForAll(
        FrameGenerators.Frame.ListOf().ToArbitrary(),
        FrameGenerators.Pieces.ToArbitrary(),
        (frames, pieces) =>
        {
            byte[] stream = [.. Frames.Hello(), .. frames.SelectMany(frame => frame.Bytes)];
            FrameTrace.Of(stream, WireLimits.MaxDataPayload, pieces)
                .Should().Equal(frames.Select(frame => frame.Trace).Prepend(Frames.SomeHello.ToString()));
        }));

    [Fact]
    public void A_frame_that_is_cut_off_gives_no_event_but_its_data() => Check.One(s_config, Prop.ForAll(
        FrameGenerators.Frame.ToArbitrary(),
        Gen.Choose(0, 1000).ToArbitrary(),
        (frame, cut) =>
        {
            FrameReader reader = new(WireLimits.MaxDataPayload);
            int kept = cut % frame.Bytes.Length;

            List<string> trace = FrameTrace.Of(ref reader, [.. Frames.Hello(), .. frame.Bytes[..kept]], 13);

            trace.Skip(1).Should().NotContain(entry => !entry.StartsWith("Part ", StringComparison.Ordinal));
            reader.AtFrameBoundary.Should().Be(kept == 0);
        }));

    [Fact]
    public void An_oversize_frame_of_any_known_type_is_a_violation_at_its_header() => Check.One(s_config, Prop.ForAll(
        Gen.OneOf(Gen.Choose(0, 6), Gen.Choose(0x80, 0xFF)).ToArbitrary(),
        Gen.Choose(WireLimits.MaxDataPayload + 1, 0xFFFFFF).ToArbitrary(),
        (type, length) =>
        {
            byte[] stream = [.. Frames.Hello(), .. Frames.Raw((byte)type, length, [])];
            FrameTrace.Of(stream, WireLimits.MaxDataPayload).Should().HaveCount(2).And.Subject.Last().Should().StartWith("Violation ");
        }));
}
