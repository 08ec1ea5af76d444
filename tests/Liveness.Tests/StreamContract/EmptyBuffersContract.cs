using Liveness.Tests.InBand;

namespace Liveness.Tests.StreamContract;

/// <summary>Reads and writes of nothing.</summary>
public sealed class EmptyBuffersContract
{
    private static readonly Dictionary<string, Func<Stream, Task<int>>> s_emptyReads = new()
    {
        ["ReadAsync(Memory)"] = stream => stream.ReadAsync(Memory<byte>.Empty).AsTask(),
        ["ReadAsync(array)"] = stream => stream.ReadAsync([], 0, 0),
        ["ReadAsync(part)"] = stream => stream.ReadAsync(new byte[5], 5, 0),
        ["Read(array)"] = stream => Task.FromResult(stream.Read([], 0, 0)),
        ["Read(Span)"] = stream => Task.FromResult(stream.Read([])),
        ["BeginRead"] = stream => Task.FromResult(stream.EndRead(stream.BeginRead([], 0, 0, null, null))),
    };

    /// <summary>Where it waits for data (sockets do), it ends when there is some; where it returns at once, it returns 0 all the
    /// same.</summary>
    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task A_read_of_nothing_returns_nothing_takes_nothing_and_is_no_end(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        int seed = 1;
        foreach ((string name, Func<Stream, Task<int>> read) in s_emptyReads)
        {
            foreach ((Stream writer, Stream reader) in streams.Ways)
            {
                byte[] bytes = Hands.Bytes(30, seed++);
                int count = -1;
                Task reading = Hands.OnThread(async () => count = await read(reader));
                await Hands.Within(writer.WriteAsync(bytes));
                await reading;
                count.Should().Be(0, "{0} had room for nothing", name);
                (await Hands.ReadAsync(reader, bytes.Length)).Should().Equal(bytes);
            }
        }
    }

    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task A_write_of_nothing_sends_nothing_in_every_way(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        int seed = 1;
        foreach ((string name, Func<Stream, byte[], Task> write) in StreamWays.Writes)
        {
            byte[] bytes = Hands.Bytes(5, seed++);
            await Hands.OnThread(() => write(streams.Client, []));
            await Hands.Within(streams.Client.WriteAsync(bytes));
            (await Hands.ReadAsync(streams.Server, bytes.Length)).Should().Equal(bytes, "{0} wrote nothing before", name);
        }
    }

    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task A_read_of_nothing_at_the_end_returns_too(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        Task closing = streams.Client.DisposeAsync().AsTask();
        (await Hands.Within(streams.Server.ReadAsync(new byte[1]))).Should().Be(0);
        foreach ((string name, Func<Stream, Task<int>> read) in s_emptyReads)
        {
            int count = -1;
            await Hands.OnThread(async () => count = await read(streams.Server));
            count.Should().Be(0, "{0} met the end", name);
        }

        await streams.Server.DisposeAsync();
        await Hands.Within(closing);
    }
}
