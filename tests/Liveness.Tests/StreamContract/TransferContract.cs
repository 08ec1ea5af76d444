using Liveness.Tests.InBand;

namespace Liveness.Tests.StreamContract;

/// <summary>Bytes arrive, all of them and in order, whatever writes them and whatever reads them.</summary>
public sealed class TransferContract
{
    private delegate Task Pass(string name, Func<Stream, byte[], Task> way, Stream writer, Stream reader, byte[] bytes);

    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task Every_way_to_write_is_read(StreamForm form)
    {
        await InEveryWayAsync(form, StreamWays.Writes, async (name, write, writer, reader, bytes) =>
        {
            Task writing = Hands.OnThread(() => write(writer, bytes));
            (await Hands.ReadAsync(reader, bytes.Length)).Should().Equal(bytes, "{0} wrote it", name);
            await writing;
        });
    }

    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task Every_way_to_read_gets_what_comes_before_and_after_it_begins(StreamForm form)
    {
        await InEveryWayAsync(form, StreamWays.Reads, async (name, read, writer, reader, bytes) =>
        {
            byte[] got = new byte[bytes.Length];
            Task reading = Hands.OnThread(() => read(reader, got));
            await Hands.Within(writer.WriteAsync(bytes.AsMemory(0, 10)));
            await Task.Yield();
            await Hands.Within(writer.WriteAsync(bytes.AsMemory(10)));
            await reading;
            got.Should().Equal(bytes, "{0} read it", name);
        });
    }

    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task A_read_of_more_than_there_is_returns_what_there_is(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        foreach ((Stream writer, Stream reader) in streams.Ways)
        {
            await Hands.Within(writer.WriteAsync(new byte[] { 1, 2, 3 }));
            byte[] got = new byte[1000];
            int count = await Hands.Within(reader.ReadAsync(got));
            count.Should().BeInRange(1, 3);
            await Hands.Within(reader.ReadExactlyAsync(got.AsMemory(count, 3 - count)));
            got[..3].Should().Equal(1, 2, 3);
            got[3..].Should().OnlyContain(value => value == 0);
        }
    }

    /// <summary>Memory that is no array, such as native memory, works like any other.</summary>
    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task Memory_that_is_no_array_is_written_and_read(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        foreach (int size in (int[])[10, 70_000])
        {
            using NativeBuffer source = new(size);
            using NativeBuffer target = new(size);
            byte[] bytes = Hands.Bytes(size);
            bytes.CopyTo(source.GetSpan());
            Task writing = Hands.Within(streams.Client.WriteAsync(source.Memory));
            await Hands.Within(streams.Server.ReadExactlyAsync(target.Memory));
            await writing;
            target.GetSpan().SequenceEqual(bytes).Should().BeTrue();
        }
    }

    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task Both_ways_at_once_in_pieces_of_every_size_nothing_is_lost_or_mixed_up(StreamForm form)
    {
        const int Size = 300_000;
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        List<Task> running = [];
        foreach ((int index, (Stream writer, Stream reader)) in streams.Ways.Index())
        {
            byte[] bytes = Hands.Bytes(Size, seed: index);
            running.Add(Task.Run(() => WriteInPiecesAsync(writer, bytes, new Random(index))));
            running.Add(Task.Run(() => ReadInPiecesAsync(reader, bytes, new Random(10 + index))));
        }

        await Hands.Within(Task.WhenAll(running));
    }

    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task A_blocking_writer_and_a_blocking_reader_on_threads_of_their_own_pass_everything(StreamForm form)
    {
        const int Size = 200_000;
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        List<Task> running = [];
        foreach ((int index, (Stream writer, Stream reader)) in streams.Ways.Index())
        {
            byte[] bytes = Hands.Bytes(Size, seed: index);
            byte[] got = new byte[Size];
            running.Add(Hands.OnThread(() =>
            {
                foreach (byte[] piece in bytes.Chunk(7_001))
                {
                    writer.Write(piece);
                }

                writer.Flush();
            }));
            running.Add(Hands.OnThread(() =>
            {
                reader.ReadExactly(got);
                got.AsSpan().SequenceEqual(bytes).Should().BeTrue();
            }));
        }

        await Hands.Within(Task.WhenAll(running));
    }

    /// <summary>The buffer of a write is the caller's again when the write has ended.</summary>
    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task A_buffer_that_is_used_again_after_its_write_changes_nothing_on_the_way(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        byte[] buffer = new byte[5_000];
        const int Rounds = 40;
        Task<byte[]> reading = Hands.ReadAsync(streams.Server, Rounds * buffer.Length);
        for (int round = 0; round < Rounds; round++)
        {
            buffer.AsSpan().Fill((byte)round);
            await Hands.Within(streams.Client.WriteAsync(buffer));
            buffer.AsSpan().Fill(255);
        }

        byte[] got = await reading;
        foreach ((int round, byte[] part) in got.Chunk(buffer.Length).Index())
        {
            part.AsSpan().IndexOfAnyExcept((byte)round).Should().Be(-1);
        }
    }

    /// <summary>Each from either end to the other, with bytes of its own.</summary>
    private static async Task InEveryWayAsync(StreamForm form, IReadOnlyDictionary<string, Func<Stream, byte[], Task>> ways, Pass pass)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        int seed = 1;
        foreach ((string name, Func<Stream, byte[], Task> way) in ways)
        {
            foreach ((Stream writer, Stream reader) in streams.Ways)
            {
                await pass(name, way, writer, reader, Hands.Bytes(25, seed++));
            }
        }
    }

    private static async Task WriteInPiecesAsync(Stream stream, byte[] bytes, Random random)
    {
        for (int sent = 0; sent < bytes.Length;)
        {
            int count = Math.Min(bytes.Length - sent, 1 + random.Next(random.Next(2) == 0 ? 50 : 40_000));
            await stream.WriteAsync(bytes.AsMemory(sent, count));
            sent += count;
            if (random.Next(4) == 0)
            {
                await stream.FlushAsync();
            }
        }
    }

    private static async Task ReadInPiecesAsync(Stream stream, byte[] expected, Random random)
    {
        byte[] buffer = new byte[40_000];
        for (int got = 0; got < expected.Length;)
        {
            int count = await stream.ReadAsync(buffer.AsMemory(0, 1 + random.Next(random.Next(2) == 0 ? 50 : buffer.Length - 1)));
            count.Should().BePositive();
            buffer.AsSpan(0, count).SequenceEqual(expected.AsSpan(got, count))
                .Should().BeTrue("the bytes at {0} must be those that were written", got);
            got += count;
        }
    }
}
