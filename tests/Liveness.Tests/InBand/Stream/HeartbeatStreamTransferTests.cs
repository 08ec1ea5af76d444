using System.Security.Cryptography;

namespace Liveness.Tests.InBand;

public sealed class HeartbeatStreamTransferTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    [Fact]
    public void What_is_written_in_pieces_of_any_size_is_read_in_order_both_ways()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        byte[] up = Bytes(1, 300_000);
        byte[] down = Bytes(2, 200_000);

        Task writing = Task.WhenAll(WriteAsync(fixture.Client, up, 3), WriteAsync(fixture.Server, down, 4));
        Task<byte[]> upRead = ReadAsync(fixture.Server, up.Length, 5);
        Task<byte[]> downRead = ReadAsync(fixture.Client, down.Length, 6);

        fixture.Result(writing);
        SHA256.HashData(fixture.Result(upRead)).Should().Equal(SHA256.HashData(up));
        SHA256.HashData(fixture.Result(downRead)).Should().Equal(SHA256.HashData(down));
    }

    [Fact]
    public async Task Bytes_arrive_unchanged_over_a_socket_both_ways()
    {
        using SocketPair pair = SocketPair.OverTcp();
        await TransferAsync(new HeartbeatStream(pair.Client), new HeartbeatStream(new System.Net.Sockets.NetworkStream(pair.Server)));
    }

    [Fact]
    public async Task Bytes_arrive_unchanged_over_a_unix_domain_socket_both_ways()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using SocketPair pair = SocketPair.OverUnixDomain(path);
        await TransferAsync(new HeartbeatStream(pair.Client), new HeartbeatStream(pair.Server));
        File.Delete(path);
    }

    [Fact]
    public async Task Bytes_arrive_unchanged_over_pipes_both_ways()
    {
        (Stream client, Stream server) = DuplexPipeStream.CreatePair();
        await TransferAsync(new HeartbeatStream(client), new HeartbeatStream(server));
    }

    [Fact]
    public async Task Bytes_arrive_unchanged_over_TLS_both_ways()
    {
        using SocketPair pair = SocketPair.OverTcp();
        (Stream client, Stream server) = await TlsPair.CreateAsync(pair).WaitAsync(s_limit);
        await TransferAsync(new HeartbeatStream(client), new HeartbeatStream(server));
    }

    [Fact]
    public void An_empty_read_waits_for_something_to_read_and_takes_nothing()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        Task<int> waiting = fixture.Server.ReadAsync(Memory<byte>.Empty).AsTask();
        fixture.Advance(StreamFixture.T);
        waiting.IsCompleted.Should().BeFalse();

        fixture.Result(fixture.Client.WriteAsync(Bytes(1, 3)));

        fixture.Result(waiting).Should().Be(0);
        fixture.Result(fixture.Server.ReadAsync(Memory<byte>.Empty)).Should().Be(0);
        fixture.Result(fixture.Server.ReadAsync(new byte[10])).Should().Be(3);
    }

    [Fact]
    public void An_empty_write_sends_nothing_and_never_waits()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        fixture.Result(fixture.Client.WriteAsync(ReadOnlyMemory<byte>.Empty));
        fixture.Run();
        fixture.Client.Monitor.GetSnapshot().BytesSent.Should().Be(0);
    }

    [Fact]
    public void A_write_larger_than_the_window_waits_for_the_reader_without_growing_anything()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        byte[] data = Bytes(1, 1_000_000);
        Task write = fixture.Client.WriteAsync(data).AsTask();
        fixture.Advance(StreamFixture.T * 3);
        write.IsCompleted.Should().BeFalse();
        fixture.Server.Monitor.GetSnapshot().UnreadBytes.Should().Be(HeartbeatDefaults.ReceiveWindow);
        fixture.Client.Monitor.State.Should().Be(LivenessState.Alive, "beats are not stuck behind data that nobody reads");

        Task<byte[]> read = ReadAsync(fixture.Server, data.Length, 2);

        fixture.Result(read).Should().Equal(data);
        fixture.Result(write);
    }

    [Fact]
    public void A_flush_ends_when_everything_was_handed_over_and_not_before()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        fixture.Result(fixture.Client.WriteAsync(Bytes(1, 100_000)));
        Task flush = fixture.Client.FlushAsync();
        fixture.Run();
        flush.IsCompleted.Should().BeFalse("the peer gives no credit for the rest");

        Task<byte[]> read = ReadAsync(fixture.Server, 100_000, 2);

        fixture.Result(flush);
        fixture.Result(read).Should().HaveCount(100_000);
    }

    [Fact]
    public void After_half_a_close_the_peer_reads_the_end_and_the_other_way_goes_on()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        fixture.Result(fixture.Client.WriteAsync(Bytes(1, 1000)));
        fixture.Client.CompleteWrites();
        fixture.Client.CompleteWrites();

        fixture.Result(ReadAsync(fixture.Server, 1000, 2)).Should().Equal(Bytes(1, 1000));
        fixture.Result(fixture.Server.ReadAsync(new byte[1])).Should().Be(0);
        fixture.Result(fixture.Server.WriteAsync(Bytes(3, 10)));
        fixture.Result(ReadAsync(fixture.Client, 10, 4)).Should().Equal(Bytes(3, 10));
        fixture.Failure(fixture.Client.WriteAsync(new byte[1]).AsTask()).Should().BeOfType<InvalidOperationException>();
        fixture.Advance(StreamFixture.T * 3);
        fixture.Client.Monitor.State.Should().Be(LivenessState.Alive, "beats go on");
    }

    private static async Task TransferAsync(HeartbeatStream client, HeartbeatStream server)
    {
        byte[] up = Bytes(1, 400_000);
        byte[] down = Bytes(2, 300_000);
        Task<byte[]> upRead = Task.Run(() => ReadAsync(server, up.Length, 3));
        Task<byte[]> downRead = Task.Run(() => ReadAsync(client, down.Length, 4));
        await Task.WhenAll(Task.Run(() => WriteAsync(client, up, 5)), Task.Run(() => WriteAsync(server, down, 6))).WaitAsync(s_limit);
        SHA256.HashData(await upRead.WaitAsync(s_limit)).Should().Equal(SHA256.HashData(up));
        SHA256.HashData(await downRead.WaitAsync(s_limit)).Should().Equal(SHA256.HashData(down));

        Task<int> end = server.ReadAsync(new byte[1]).AsTask();
        await client.DisposeAsync().AsTask().WaitAsync(s_limit);
        (await end.WaitAsync(s_limit)).Should().Be(0);
        await server.DisposeAsync().AsTask().WaitAsync(s_limit);
        client.Monitor.Loss.Should().BeNull();
        server.Monitor.Loss.Should().BeNull();
    }

    private static byte[] Bytes(int seed, int count)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static async Task WriteAsync(Stream stream, byte[] data, int seed)
    {
        Random random = new(seed);
        for (int sent = 0; sent < data.Length;)
        {
            int count = Math.Min(data.Length - sent, random.Next(30_000));
            await stream.WriteAsync(data.AsMemory(sent, count)).ConfigureAwait(false);
            sent += count;
        }

        await stream.FlushAsync().ConfigureAwait(false);
    }

    private static async Task<byte[]> ReadAsync(Stream stream, int count, int seed)
    {
        Random random = new(seed);
        byte[] data = new byte[count];
        for (int read = 0; read < count;)
        {
            read += await stream.ReadAsync(data.AsMemory(read, Math.Min(count - read, random.Next(20_000)))).ConfigureAwait(false);
        }

        return data;
    }
}
