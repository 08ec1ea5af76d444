using System.Text;

namespace Liveness.Tests;

public sealed class ProtocolVectorTests
{
    private static readonly byte[] s_hello = ProtocolPage.Block("vectors").Single(v => v.Name == "HELLO").Bytes;

    public static TheoryData<string> Vectors => new(ProtocolPage.Block("vectors").Select(v => v.Line));

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_frame_is_written_byte_by_byte_as_the_page_shows_it(string line)
    {
        ProtocolVector vector = Find(line);
        Write(vector).Should().Equal(vector.Bytes);
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_frame_is_read_as_the_page_names_it(string line)
    {
        ProtocolVector vector = Find(line);
        FrameReader reader = new(WireLimits.MaxDataPayload);
        ReadOnlySpan<byte> input = s_hello;
        reader.Read(ref input, out _).Should().Be(FrameEvent.Hello);
        input = vector.Bytes;

        FrameEvent found = reader.Read(ref input, out ReadOnlySpan<byte> payload);

        found.ToString().Should().BeEquivalentTo(vector.Name);
        input.IsEmpty.Should().BeTrue();
        reader.AtFrameBoundary.Should().BeTrue();
        switch (found)
        {
            case FrameEvent.Hello:
                FrameDecoder.Hello(payload).Should().Be(vector.Hello);
                break;
            case FrameEvent.Beat:
                FrameDecoder.Beat(payload).Should().Be(vector.Beat);
                break;
            case FrameEvent.Credit:
                FrameDecoder.Credit(payload).Should().Be(vector.Number("offset"));
                break;
            case FrameEvent.Goodbye:
                FrameDecoder.Goodbye(payload).Should().Be(new GoodbyeFrame((GoodbyeCode)vector.Number("code"), vector.Text("reason")));
                break;
            case FrameEvent.Rate:
                FrameDecoder.Rate(payload).Should().Be(new RateFrame(vector.Intervals, (uint)vector.Number("generation")));
                break;
            case FrameEvent.Data:
                Encoding.UTF8.GetString(payload).Should().Be(vector.Text("text"));
                break;
        }
    }

    [Fact]
    public void The_page_has_a_vector_of_every_frame_type() => ProtocolPage.Block("vectors").Select(v => v.Name).Distinct()
        .Should().BeEquivalentTo("HELLO", "BEAT", "CREDIT", "END", "GOODBYE", "RATE", "DATA", "EXTENSION");

    [Fact]
    public void Every_rejected_vector_is_the_violation_that_the_page_says()
    {
        foreach (ProtocolVector vector in ProtocolPage.Block("rejected"))
        {
            FrameTrace.Of([.. s_hello, .. vector.Bytes], WireLimits.MaxDataPayload)
                .Should().HaveCount(2, vector.Line).And.HaveElementAt(1, "Violation " + vector.Name);
        }
    }

    [Fact]
    public void The_page_rejects_a_vector_for_every_rule_of_the_reader() => ProtocolPage.Block("rejected").Select(v => v.Name).Distinct()
        .Should().BeEquivalentTo(Enum.GetValues<ProtocolRule>()
            .Where(rule => rule is > ProtocolRule.None and < ProtocolRule.SecondHello)
            .Select(rule => rule.ToString()));

    [Fact]
    public void The_page_explains_every_rule_in_the_order_of_the_code()
    {
        IEnumerable<string> listed = ProtocolPage.Text.Split('\n')
            .Where(line => line.Contains("| reader |", StringComparison.Ordinal) || line.Contains("| session |", StringComparison.Ordinal))
            .Select(line => line.Split('`')[1]);

        listed.Should().Equal(Enum.GetNames<ProtocolRule>().Skip(1));
    }

    [Fact]
    public void The_page_lists_every_goodbye_code_with_its_number()
    {
        foreach (GoodbyeCode code in Enum.GetValues<GoodbyeCode>())
        {
            ProtocolPage.Text.Should().Contain($"\n| {(int)code} | {code} |");
        }
    }

    private static ProtocolVector Find(string line) => ProtocolPage.Block("vectors").Single(v => v.Line == line);

    private static byte[] Write(ProtocolVector vector) => vector.Name switch
    {
        "HELLO" => Frames.Hello(vector.Hello),
        "BEAT" => Frames.Beat(vector.Beat),
        "CREDIT" => Frames.Credit(vector.Number("offset")),
        "END" => Frames.End(),
        "GOODBYE" => Frames.Goodbye((GoodbyeCode)vector.Number("code"), vector.Text("reason")),
        "RATE" => Frames.Rate(new RateFrame(vector.Intervals, (uint)vector.Number("generation"))),
        "DATA" => Frames.Data(vector.Text("text")),
        // Version 1 writes no extensions: only the header is compared, the payload is anything.
        "EXTENSION" => Frames.Raw((byte)vector.Number("type"), (int)vector.Number("length"), vector.Bytes[4..]),
        _ => throw new InvalidOperationException(vector.Line),
    };
}
