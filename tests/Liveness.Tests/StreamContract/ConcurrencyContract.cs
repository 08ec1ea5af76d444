namespace Liveness.Tests.StreamContract;

/// <summary>One reader at a time, and as many writers as come.</summary>
public sealed class ConcurrencyContract
{
    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task A_second_read_is_refused_or_waits_and_the_first_is_not_harmed(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        Task<int> first = streams.Server.ReadAsync(new byte[1]).AsTask();
        Task<int>? second = null;
        Exception? failure = await Record.ExceptionAsync(async () =>
        {
            second = streams.Server.ReadAsync(new byte[1]).AsTask();
            await (StreamForms.RefusalOfSecond(form) is null ? Task.CompletedTask : Hands.Within(second));
        });
        failure?.GetType().Should().Be(StreamForms.RefusalOfSecond(form));
        (failure is null).Should().Be(StreamForms.RefusalOfSecond(form) is null);
        await Hands.Within(streams.Client.WriteAsync(new byte[] { 1, 2 }));
        (await Hands.Within(first)).Should().Be(1);
        if (failure is null)
        {
            (await Hands.Within(second!)).Should().Be(1);
        }
        else
        {
            (await Hands.ReadAsync(streams.Server, 1)).Should().Equal(2);
        }

        await Hands.CheckUsableAsync(streams);
    }

    /// <summary>As existing code does it: on threads of their own, blocking and not, with no lock among them.</summary>
    [Theory]
    [MemberData(nameof(StreamForms.Heartbeats), MemberType = typeof(StreamForms))]
    public async Task Writers_at_once_are_all_served_and_the_bytes_of_two_writes_are_never_mixed(StreamForm form)
    {
        const int Writers = 4;
        const int Rounds = 50;
        const int Most = 40_000;
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        Task[] writing = [.. Enumerable.Range(0, Writers).Select(writer => Hands.OnThread(() => WriteAsync(streams.Client, writer)))];
        int[] next = new int[Writers];
        byte[] head = new byte[8];
        byte[] body = new byte[Most];
        for (int i = 0; i < Writers * Rounds; i++)
        {
            await Hands.Within(streams.Server.ReadExactlyAsync(head));
            (int writer, int length) = (BitConverter.ToInt32(head), BitConverter.ToInt32(head, 4));
            length.Should().Be(LengthOf(writer, next[writer]++), "the writes of one thread keep their order");
            await Hands.Within(streams.Server.ReadExactlyAsync(body.AsMemory(0, length)));
            body.AsSpan(0, length).IndexOfAnyExcept((byte)writer).Should().Be(-1);
        }

        await Hands.Within(Task.WhenAll(writing));
        await Hands.CheckUsableAsync(streams);

        static int LengthOf(int writer, int round) => round % 5 == 0 ? Most - writer : (round * 31) + writer;

        static async Task WriteAsync(Stream stream, int writer)
        {
            for (int round = 0; round < Rounds; round++)
            {
                int length = LengthOf(writer, round);
                byte[] record = [.. BitConverter.GetBytes(writer), .. BitConverter.GetBytes(length), .. Enumerable.Repeat((byte)writer, length)];
                if (writer % 2 == 0)
                {
                    stream.Write(record, 0, record.Length);
                }
                else
                {
                    await stream.WriteAsync(record);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task A_read_that_waits_holds_up_no_write_and_no_flush(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        Task<byte[]>[] waiting = [Hands.ReadAsync(streams.Client, 1), Hands.ReadAsync(streams.Server, 1_001)];
        await Hands.OnThread(() => streams.Client.Write(new byte[1_000]));
        await Hands.Within(streams.Client.FlushAsync());
        await Hands.Within(streams.Client.WriteAsync(new byte[] { 5 }));
        (await waiting[1])[^1].Should().Be(5);
        waiting[0].IsCompleted.Should().BeFalse();
        await Hands.Within(streams.Server.WriteAsync(new byte[] { 6 }));
        (await waiting[0]).Should().Equal(6);
    }

    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task Requests_and_answers_go_back_and_forth(StreamForm form)
    {
        const int Rounds = 200;
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        Task answering = Task.Run(async () =>
        {
            byte[] one = new byte[1];
            for (int round = 0; round < Rounds; round++)
            {
                await streams.Server.ReadExactlyAsync(one);
                one[0]++;
                await streams.Server.WriteAsync(one);
            }
        });
        byte[] mine = [0];
        for (int round = 0; round < Rounds; round++)
        {
            mine[0] = (byte)round;
            await Hands.Within(streams.Client.WriteAsync(mine));
            await Hands.Within(streams.Client.ReadExactlyAsync(mine));
            mine[0].Should().Be((byte)(round + 1));
        }

        await Hands.Within(answering);
    }
}
