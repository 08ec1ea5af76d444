using Liveness.SideChannel;

namespace Liveness.Tests;

public sealed class SideMessageTests
{
    private static readonly byte[] s_id = [1, 2, 3, 4, 5, 6, 7, 8];

    public static TheoryData<string, string> Vectors => new()
    {
        { "01 0022 01 01 " + Many("AA", 16) + Many("BB", 16), "Auth" },
        { "03 0004 0001 86A0", "Ready 100000" },
        { "04 0034 0102030405060708 00000000000000000000FFFFC0000201 20010DB8000000000000000000000007 01BB 8A6F 0000000000000009", "Watch" },
        { "06 0019 0102030405060708 01 000000000000000A 000000000000000B", "Answer" },
        { "07 0012 0002 0000000000000001 0000000000000002", "Ask 1 2" },
        { "08 0009 0102030405060708 02", "Unwatch" },
        { "09 0009 0102030405060708 01", "Refused" },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void The_bytes_on_the_wire_are_fixed(string hex, string start)
    {
        byte[] bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

        SideMessages.Trace(bytes).Should().ContainSingle().Which.Should().StartWith(start);
        Written(start).Should().Equal(bytes);
    }

    [Theory]
    [InlineData(0, 0, "UnknownMessageType")]
    [InlineData(10, 600, "UnknownMessageType")]
    [InlineData(255, 1, "UnknownMessageType")]
    [InlineData(4, 513, "MessageTooLong")]
    [InlineData(7, 0xFFFF, "MessageTooLong")]
    [InlineData(1, 33, "MessageLength")]
    [InlineData(2, 31, "MessageLength")]
    [InlineData(3, 0, "MessageLength")]
    [InlineData(4, 512, "MessageLength")]
    [InlineData(7, 2, "MessageLength")]
    [InlineData(7, 11, "MessageLength")]
    [InlineData(7, 490, "MessageLength")]
    [InlineData(9, 8, "MessageLength")]
    public void An_impossible_header_is_refused_before_anything_of_the_message_has_come(int type, int length, string rule)
    {
        SideMessages.Trace(SideMessages.Raw(type, length)).Should().Equal("Violation " + rule);
        SideMessages.Trace(SideMessages.Raw(type, length), 1).Should().Equal("Violation " + rule);
    }

    [Fact]
    public void Values_that_no_version_knows_are_refused()
    {
        byte[] unknown = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
        byte[] counts = [.. unknown[..15], 0];

        SideMessages.Trace(SideMessages.Raw(6, 25, [.. s_id, 0, .. unknown])).Should().Equal("Violation AnswerValue");
        SideMessages.Trace(SideMessages.Raw(6, 25, [.. s_id, 6, .. unknown])).Should().Equal("Violation AnswerValue");
        SideMessages.Trace(SideMessages.Raw(6, 25, [.. s_id, 2, .. counts])).Should().Equal("Violation AnswerCounts");
        SideMessages.Trace(SideMessages.Raw(8, 9, [.. s_id, 0])).Should().Equal("Violation UnwatchReason");
        SideMessages.Trace(SideMessages.Raw(9, 9, [.. s_id, 3])).Should().Equal("Violation RefusedReason");
        SideMessages.Trace(SideMessages.Raw(7, 10, [0, 2, .. s_id])).Should().Equal("Violation AskCount");
    }

    [Fact]
    public void Every_rule_has_words()
    {
        Enum.GetValues<SideRule>().Select(SideRuleText.Of).Should().OnlyHaveUniqueItems().And.NotContain("");
    }

    [Fact]
    public void Reading_and_writing_allocate_nothing_per_message_and_one_buffer_in_all()
    {
        byte[] stream = new byte[4 * SideLimits.MaxMessage];
        int length = Fill(stream);
        SideMessageReader reader = new();
        Pass(reader, stream.AsSpan(0, length), 7).Should().Be(4);

        // The runtime itself may allocate once, when it compiles the loop anew: the best of three counts.
        Enumerable.Range(0, 3).Min(_ => Allocated(reader, stream)).Should().Be(0);
    }

    private static long Allocated(SideMessageReader reader, byte[] stream)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            int length = Fill(stream);
            Pass(reader, stream.AsSpan(0, length), 7);
            Pass(reader, stream.AsSpan(0, length), length);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static int Fill(Span<byte> stream)
    {
        Span<ulong> ids = stackalloc ulong[SideLimits.MaxAskIds];
        int length = SideMessageWriter.WriteAsk(stream, ids);
        length += SideMessageWriter.WriteWatch(stream[length..], new WatchMessage(1, default, 2));
        length += SideMessageWriter.WriteAnswer(stream[length..], new AnswerMessage(1, SideAnswer.Watched, 5, 6));
        return length + SideMessageWriter.WriteUnwatch(stream[length..], new UnwatchMessage(1, UnwatchReason.SocketClosed));
    }

    private static int Pass(SideMessageReader reader, ReadOnlySpan<byte> stream, int size)
    {
        int messages = 0;
        while (!stream.IsEmpty)
        {
            ReadOnlySpan<byte> piece = stream[..Math.Min(size, stream.Length)];
            stream = stream[piece.Length..];
            while (reader.TryRead(ref piece, out _, out _))
            {
                messages++;
            }
        }

        return messages;
    }

    private static byte[] Written(string start) => SideMessages.Write(room => start switch
    {
        "Auth" => SideMessageWriter.WriteAuth(room, new AuthMessage(1, SideAuthMethod.SharedSecret, Bytes32.Read([.. Enumerable.Repeat((byte)0xAA, 16), .. Enumerable.Repeat((byte)0xBB, 16)]))),
        "Ready 100000" => SideMessageWriter.WriteReady(room, 100_000),
        "Watch" => SideMessageWriter.WriteWatch(room, new WatchMessage(0x0102030405060708, SideTuples.Of("192.0.2.1", 443, "2001:db8::7", 35439), 9)),
        "Answer" => SideMessageWriter.WriteAnswer(room, new AnswerMessage(0x0102030405060708, SideAnswer.Watched, 10, 11)),
        "Ask 1 2" => SideMessageWriter.WriteAsk(room, [1UL, 2UL]),
        "Unwatch" => SideMessageWriter.WriteUnwatch(room, new UnwatchMessage(0x0102030405060708, UnwatchReason.SocketClosed)),
        "Refused" => SideMessageWriter.WriteRefused(room, new RefusedMessage(0x0102030405060708, WatchRefusal.TooManyWatches)),
        _ => throw new ArgumentOutOfRangeException(nameof(start), start, null),
    });

    private static string Many(string hex, int count) => string.Concat(Enumerable.Repeat(hex, count));
}
