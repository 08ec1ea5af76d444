using FsCheck;
using FsCheck.Fluent;
using Liveness.SideChannel;

namespace Liveness.Tests;

public sealed class SideMessagePropertyTests
{
    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(500);

    [Fact]
    public void What_is_written_is_read_back_in_whatever_pieces_it_arrives() => Check.One(s_config, Prop.ForAll(
        SideMessages.Any.ListOf().ToArbitrary(),
        FrameGenerators.Pieces.ToArbitrary(),
        (messages, pieces) =>
        {
            byte[] stream = [.. messages.SelectMany(message => message.Bytes)];
            SideMessages.Trace(stream, pieces).Should().Equal(messages.Select(message => message.Trace));
        }));

    [Fact]
    public void Hostile_bytes_never_throw_and_mean_the_same_in_any_pieces() => Check.One(s_config, Prop.ForAll(
        SideMessages.Hostile.ToArbitrary(),
        FrameGenerators.Pieces.ToArbitrary(),
        (stream, pieces) => SideMessages.Trace(stream, pieces).Should().Equal(SideMessages.Trace(stream))));

    [Fact]
    public void After_a_violation_nothing_is_taken_any_more() => Check.One(s_config, Prop.ForAll(
        SideMessages.Any.ToArbitrary(),
        message =>
        {
            SideMessageReader reader = new();
            SideMessages.Trace(reader, [0, 0, 0]).Should().Equal("Violation UnknownMessageType");
            SideMessages.Trace(reader, message.Bytes).Should().Equal("Violation UnknownMessageType");
        }));

    [Fact]
    public void A_message_that_is_cut_off_gives_nothing() => Check.One(s_config, Prop.ForAll(
        SideMessages.Any.ToArbitrary(),
        Gen.Choose(0, 1000).ToArbitrary(),
        (message, cut) =>
        {
            SideMessageReader reader = new();
            int kept = cut % message.Bytes.Length;
            SideMessages.Trace(reader, message.Bytes[..kept], 7).Should().BeEmpty();
            reader.AtMessageBoundary.Should().Be(kept == 0);
        }));
}
