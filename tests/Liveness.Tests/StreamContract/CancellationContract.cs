namespace Liveness.Tests.StreamContract;

/// <summary>Cancellation: before, while it waits, and too late.</summary>
public sealed class CancellationContract
{
    private static readonly Dictionary<string, Func<Stream, CancellationToken, Task>> s_cancellable = new()
    {
        ["ReadAsync(Memory)"] = (stream, token) => stream.ReadAsync(new byte[10], token).AsTask(),
        ["ReadAsync(array)"] = (stream, token) => stream.ReadAsync(new byte[10], 2, 3, token),
        ["ReadExactlyAsync"] = (stream, token) => stream.ReadExactlyAsync(new byte[10], token).AsTask(),
        ["ReadAtLeastAsync"] = (stream, token) => stream.ReadAtLeastAsync(new byte[10], 5, cancellationToken: token).AsTask(),
        ["WriteAsync(Memory)"] = (stream, token) => stream.WriteAsync(new byte[10], token).AsTask(),
        ["WriteAsync(array)"] = (stream, token) => stream.WriteAsync(new byte[10], 2, 3, token),
    };

    [Theory]
    [MemberData(nameof(StreamForms.ExceptTls), MemberType = typeof(StreamForms))]
    public async Task What_is_cancelled_before_it_begins_is_cancelled_and_does_nothing(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        await Hands.Within(streams.Server.WriteAsync(new byte[] { 1, 2, 3 }));
        foreach ((string name, Func<Stream, CancellationToken, Task> way) in s_cancellable)
        {
            Task cancelled = way(streams.Client, new CancellationToken(canceled: true));
            (await Record.ExceptionAsync(() => Hands.Within(cancelled)))
                .Should().BeAssignableTo<OperationCanceledException>("{0} was cancelled", name);
            cancelled.IsCanceled.Should().BeTrue("{0} was cancelled", name);
        }

        (await Hands.ReadAsync(streams.Client, 3)).Should().Equal(1, 2, 3);
        await Hands.CheckUsableAsync(streams);
    }

    [Theory]
    [MemberData(nameof(StreamForms.ExceptTls), MemberType = typeof(StreamForms))]
    public async Task A_read_that_is_cancelled_while_it_waits_takes_nothing_and_the_next_gets_everything(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        for (int round = 0; round < 5; round++)
        {
            foreach ((Stream writer, Stream reader) in streams.Ways)
            {
                using CancellationTokenSource cancel = new();
                byte[] buffer = new byte[10];
                Task<int> reading =
                    round % 2 == 0 ? reader.ReadAsync(buffer, cancel.Token).AsTask() : reader.ReadAsync(buffer, 0, 10, cancel.Token);
                await cancel.CancelAsync();
                Exception? failure = await Record.ExceptionAsync(() => Hands.Within(reading));
                failure.Should().BeAssignableTo<OperationCanceledException>().Which.CancellationToken.Should().Be(cancel.Token);
                await Hands.Within(writer.WriteAsync(new byte[] { 4, 5, 6 }));
                (await Hands.ReadAsync(reader, 3)).Should().Equal(4, 5, 6);
                buffer.Should().OnlyContain(value => value == 0, "its read had ended");
            }
        }
    }

    [Theory]
    [MemberData(nameof(StreamForms.ExceptTls), MemberType = typeof(StreamForms))]
    public async Task A_write_that_is_cancelled_while_it_waits_ends_and_leaves_a_beginning(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        using CancellationTokenSource cancel = new();
        byte[] large = new byte[32 << 20];
        large.AsSpan().Fill(1);
        Task writing = streams.Client.WriteAsync(large, cancel.Token).AsTask();
        (await Hands.ReadAsync(streams.Server, 1)).Should().Equal([1], "it has begun");
        writing.IsCompleted.Should().BeFalse("nobody reads so much");
        await cancel.CancelAsync();
        (await Record.ExceptionAsync(() => Hands.Within(writing))).Should().BeAssignableTo<OperationCanceledException>();
        large.AsSpan().Fill(9);

        using MemoryStream got = new();
        got.WriteByte(1);
        Task copying = streams.Server.CopyToAsync(got);
        await Hands.Within(streams.Client.WriteAsync(new byte[] { 2, 2 }));
        Task closing = streams.Client.DisposeAsync().AsTask();
        await Hands.Within(copying);
        int whole = (int)got.Length - 2;
        whole.Should().BeInRange(0, large.Length - 1);
        got.GetBuffer().AsSpan(0, whole).IndexOfAnyExcept((byte)1).Should().Be(-1);
        got.GetBuffer()[whole..(whole + 2)].Should().Equal(2, 2);
        await streams.Server.DisposeAsync();
        await Hands.Within(closing);
    }

    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task A_cancellation_that_comes_after_the_end_of_its_operation_meets_no_other(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        for (int round = 0; round < 10; round++)
        {
            using CancellationTokenSource cancel = new();
            Task<int> reading = streams.Server.ReadAsync(new byte[1], cancel.Token).AsTask();
            await Hands.Within(streams.Client.WriteAsync(new byte[] { 1 }, cancel.Token));
            (await Hands.Within(reading)).Should().Be(1);
            Task<int> next = streams.Server.ReadAsync(new byte[1]).AsTask();
            await cancel.CancelAsync();
            await Hands.Within(streams.Client.WriteAsync(new byte[] { 2 }));
            (await Hands.Within(next)).Should().Be(1);
        }
    }

    [Theory]
    [MemberData(nameof(StreamForms.ExceptTls), MemberType = typeof(StreamForms))]
    public async Task Cancellations_that_race_with_data_lose_no_byte(StreamForm form)
    {
        const int Size = 2_000;
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        byte[] bytes = Hands.Bytes(Size);
        Task writing = Task.Run(async () =>
        {
            foreach (byte[] piece in bytes.Chunk(13))
            {
                await streams.Client.WriteAsync(piece);
                await Task.Yield();
            }
        });
        List<byte> got = [];
        byte[] buffer = new byte[7];
        while (got.Count < Size)
        {
            using CancellationTokenSource cancel = new();
            Task cancelling = Task.Run(cancel.Cancel);
            try
            {
                got.AddRange(buffer.AsSpan(0, await Hands.Within(streams.Server.ReadAsync(buffer, cancel.Token))));
            }
            catch (OperationCanceledException)
            {
                buffer.AsSpan().Clear();
            }

            await cancelling;
        }

        await Hands.Within(writing);
        got.Should().Equal(bytes);
    }
}
