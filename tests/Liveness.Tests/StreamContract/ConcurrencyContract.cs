namespace Liveness.Tests.StreamContract;

/// <summary>One reader and one writer at a time, and many connections at once.</summary>
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
