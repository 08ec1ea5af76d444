namespace Liveness.Tests.InBand;

/// <summary>All that <see cref="Stream"/> offers to move bytes moves them.</summary>
public sealed class StreamWaysTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(TransportKind.Memory)]
    [InlineData(TransportKind.Socket)]
    [InlineData(TransportKind.Tls)]
    public async Task Every_way_to_write_meets_every_way_to_read(TransportKind kind)
    {
        await using ConnectedPair pair = await ConnectedPair.OpenAsync(kind);
        byte first = 1;
        foreach ((string writeName, Func<Stream, byte[], Task> write) in StreamWays.Writes)
        {
            foreach ((string readName, Func<Stream, byte[], Task> read) in StreamWays.Reads)
            {
                byte[] bytes = [.. Enumerable.Range(first++, 20).Select(value => (byte)value)];
                byte[] got = new byte[bytes.Length];
                Task reading = OnThread(() => read(pair.Server, got));
                await OnThread(() => write(pair.Client, bytes)).WaitAsync(s_limit);
                await reading.WaitAsync(s_limit);
                got.Should().Equal(bytes, "{0} was met by {1}", writeName, readName);
            }
        }
    }

    [Theory]
    [InlineData(TransportKind.Memory, 1)]
    [InlineData(TransportKind.Socket, 1)]
    [InlineData(TransportKind.Memory, 100_000)]
    [InlineData(TransportKind.SmallSocket, 100_000)]
    public async Task Copying_out_takes_everything_up_to_the_end_and_the_other_way_goes_on(TransportKind kind, int bufferSize)
    {
        await using ConnectedPair pair = await ConnectedPair.OpenAsync(kind);
        byte[] bytes = new byte[bufferSize == 1 ? 1000 : 300_000];
        new Random(1).NextBytes(bytes);
        using MemoryStream up = new();
        using MemoryStream down = new();

        Task copyUp = OnThread(() => Done(() => pair.Server.CopyTo(up, bufferSize)));
        Task copyDown = pair.Client.CopyToAsync(down, bufferSize);
        await pair.Client.WriteAsync(bytes).AsTask().WaitAsync(s_limit);
        pair.Client.CompleteWrites();
        await copyUp.WaitAsync(s_limit);
        await pair.Server.WriteAsync(bytes).AsTask().WaitAsync(s_limit);
        pair.Server.CompleteWrites();
        await copyDown.WaitAsync(s_limit);

        up.ToArray().Should().Equal(bytes);
        down.ToArray().Should().Equal(bytes);
    }

    [Theory]
    [InlineData(TransportKind.Memory)]
    [InlineData(TransportKind.Socket)]
    [InlineData(TransportKind.Tls)]
    [InlineData(TransportKind.NamedPipe)]
    public async Task The_end_is_read_again_and_again_in_every_way(TransportKind kind)
    {
        await using ConnectedPair pair = await ConnectedPair.OpenAsync(kind);
        HeartbeatStream reader = pair.Server;
        await pair.Client.WriteAsync(new byte[] { 1 });
        pair.Client.CompleteWrites();
        await OnThread(() => Done(() => reader.ReadByte().Should().Be(1))).WaitAsync(s_limit);
        byte[] buffer = new byte[4];

        await OnThread(() => Done(() => reader.ReadByte().Should().Be(-1))).WaitAsync(s_limit);
        reader.Read(buffer.AsSpan()).Should().Be(0);
        reader.Read(buffer, 1, 2).Should().Be(0);
        reader.Read([]).Should().Be(0);
        (await reader.ReadAsync(buffer)).Should().Be(0);
        (await reader.ReadAsync(Memory<byte>.Empty)).Should().Be(0);
        (await reader.ReadAtLeastAsync(buffer, 2, throwOnEndOfStream: false)).Should().Be(0);
        reader.EndRead(reader.BeginRead(buffer, 0, 4, null, null)).Should().Be(0);
        reader.Invoking(stream => stream.ReadExactly(buffer)).Should().Throw<EndOfStreamException>();
        await reader.Invoking(stream => stream.ReadExactlyAsync(buffer).AsTask()).Should().ThrowAsync<EndOfStreamException>();
        using MemoryStream rest = new();
        await reader.CopyToAsync(rest);
        rest.Length.Should().Be(0);
        pair.Client.Monitor.State.Should().Be(LivenessState.Alive);
    }

    [Theory]
    [InlineData(TransportKind.Memory)]
    [InlineData(TransportKind.Socket)]
    [InlineData(TransportKind.NetworkStream)]
    [InlineData(TransportKind.Tls)]
    [InlineData(TransportKind.NamedPipe)]
    public async Task What_was_written_and_flushed_arrives_without_another_call(TransportKind kind)
    {
        await using ConnectedPair pair = await ConnectedPair.OpenAsync(kind);
        byte[] got = new byte[1003];
        pair.Client.Write(new byte[1000]);
        pair.Client.WriteByte(1);
        pair.Client.Write([2, 3]);
        await OnThread(() => Done(pair.Client.Flush)).WaitAsync(s_limit);

        await pair.Server.ReadExactlyAsync(got).AsTask().WaitAsync(s_limit);

        got[1000..].Should().Equal(1, 2, 3);
    }

    [Theory]
    [InlineData(TransportKind.Memory)]
    [InlineData(TransportKind.Socket)]
    [InlineData(TransportKind.NetworkStream)]
    [InlineData(TransportKind.Tls)]
    public async Task What_was_written_arrives_without_a_flush(TransportKind kind)
    {
        await using ConnectedPair pair = await ConnectedPair.OpenAsync(kind);
        for (int i = 0; i < 200; i++)
        {
            byte[] bytes = [.. Enumerable.Range(i, (i % 40) + 1).Select(value => (byte)value)];
            foreach (byte[] part in bytes.Chunk((i % 5) + 1))
            {
                await pair.Client.WriteAsync(part);
            }

            byte[] got = new byte[bytes.Length];
            await pair.Server.ReadExactlyAsync(got).AsTask().WaitAsync(s_limit);
            got.Should().Equal(bytes);
        }
    }

    /// <summary>What blocks must not take a thread of the pool, which others wait for.</summary>
    private static Task OnThread(Func<Task> run) => KeptThreads.Run(run).Unwrap();

    private static Task Done(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}
