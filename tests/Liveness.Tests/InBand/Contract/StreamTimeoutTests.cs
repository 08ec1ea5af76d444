using System.Net.Sockets;

namespace Liveness.Tests.InBand;

/// <summary>A synchronous call that times out says so as <see cref="NetworkStream"/> does, and harms nothing.</summary>
public sealed class StreamTimeoutTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    private static readonly Dictionary<string, Func<Stream, int>> s_reads = new()
    {
        ["Read(Span)"] = stream => stream.Read(new byte[100].AsSpan()),
        ["Read(array)"] = stream => stream.Read(new byte[100], 10, 50),
        ["Read(empty)"] = stream => stream.Read(new byte[10], 10, 0),
        ["ReadByte"] = stream => stream.ReadByte(),
        ["ReadAtLeast"] = stream => stream.ReadAtLeast(new byte[10], 5),
    };

    [Theory]
    [InlineData(TransportKind.Memory)]
    [InlineData(TransportKind.Socket)]
    [InlineData(TransportKind.Tls)]
    public async Task A_read_that_times_out_takes_nothing_and_the_next_gets_everything(TransportKind kind)
    {
        await using ConnectedPair pair = await ConnectedPair.OpenAsync(kind);
        HeartbeatStream reader = pair.Client;
        reader.ReadTimeout = 1;
        foreach ((string name, Func<Stream, int> read) in s_reads)
        {
            Exception? failure = await Record.ExceptionAsync(() => OnThread(() => read(reader).Should().Be(-2, "it times out")).WaitAsync(s_limit));
            CheckIsTimeout(failure, name);
        }

        reader.ReadTimeout = Timeout.Infinite;
        await pair.Server.WriteAsync(new byte[] { 1, 2, 3 });
        byte[] got = new byte[3];
        await OnThread(() => reader.ReadExactly(got)).WaitAsync(s_limit);
        got.Should().Equal(1, 2, 3);
        reader.Monitor.State.Should().Be(LivenessState.Alive);
    }

    [Theory]
    [InlineData(TransportKind.Memory)]
    [InlineData(TransportKind.Socket)]
    public async Task Reads_that_time_out_while_data_comes_in_lose_none_of_it(TransportKind kind)
    {
        const int Count = 2000;
        await using ConnectedPair pair = await ConnectedPair.OpenAsync(kind);
        pair.Client.ReadTimeout = 1;
        Task writing = Task.Run(() => WriteCountingAsync(pair.Server, Count));
        await OnThread(() => ReadCounting(pair.Client, Count)).WaitAsync(s_limit);
        await writing.WaitAsync(s_limit);
    }

    [Theory]
    [InlineData(TransportKind.Memory)]
    [InlineData(TransportKind.Socket)]
    [InlineData(TransportKind.Tls)]
    public async Task A_write_and_a_flush_that_time_out_leave_a_beginning_and_the_connection_lives(TransportKind kind)
    {
        await using ConnectedPair pair = await ConnectedPair.OpenAsync(kind);
        HeartbeatStream writer = pair.Client;
        writer.WriteTimeout = 20;
        byte[] first = new byte[16 << 20];
        first.AsSpan().Fill(1);

        Exception? failure = await Record.ExceptionAsync(() => OnThread(() => writer.Write(first, 0, first.Length)).WaitAsync(s_limit));
        CheckIsTimeout(failure, "Write");
        first.AsSpan().Fill(PoisoningPool.Poison);
        writer.WriteTimeout = Timeout.Infinite;
        Task<byte[]> reading = Task.Run(() => ReadToEndAsync(pair.Server));
        await OnThread(() => writer.Write([2, 2, 2])).WaitAsync(s_limit);
        await OnThread(writer.Flush).WaitAsync(s_limit);
        writer.CompleteWrites();

        byte[] got = await reading.WaitAsync(s_limit);
        got.Length.Should().BeInRange(4, first.Length);
        got.AsSpan(0, got.Length - 3).IndexOfAnyExcept((byte)1).Should().Be(-1);
        got[^3..].Should().Equal(2, 2, 2);
        writer.Monitor.State.Should().Be(LivenessState.Alive);
    }

    [Fact]
    public async Task An_asynchronous_read_heeds_no_timeout_and_a_synchronous_one_that_succeeds_leaves_none_behind()
    {
        await using ConnectedPair pair = await ConnectedPair.OpenAsync(TransportKind.Memory);
        pair.Client.ReadTimeout = 1;
        ValueTask<int> reading = pair.Client.ReadAsync(new byte[1]);
        Exception? refused = await Record.ExceptionAsync(() => OnThread(() => pair.Client.ReadByte()).WaitAsync(s_limit));
        refused.Should().BeOfType<InvalidOperationException>();
        await pair.Server.WriteAsync(new byte[] { 7 });
        (await reading.AsTask().WaitAsync(s_limit)).Should().Be(1);

        pair.Client.ReadTimeout = 10_000;
        await pair.Server.WriteAsync(new byte[] { 8 });
        await OnThread(() => pair.Client.ReadByte().Should().Be(8)).WaitAsync(s_limit);
    }

    private static void CheckIsTimeout(Exception? failure, string name)
    {
        failure.Should().BeOfType<IOException>("{0} timed out", name).Which.InnerException
            .Should().BeOfType<SocketException>().Which.SocketErrorCode.Should().Be(SocketError.TimedOut);
    }

    private static async Task WriteCountingAsync(Stream stream, int count)
    {
        byte[] bytes = new byte[7];
        for (int i = 0; i < count; i++)
        {
            bytes.AsSpan().Fill((byte)i);
            await stream.WriteAsync(bytes);
            await Task.Yield();
        }
    }

    private static void ReadCounting(Stream stream, int count)
    {
        byte[] buffer = new byte[100];
        for (int got = 0; got < 7 * count;)
        {
            try
            {
                int read = stream.Read(buffer);
                for (int i = 0; i < read; i++, got++)
                {
                    buffer[i].Should().Be((byte)(got / 7));
                }
            }
            catch (IOException failure) when (failure.InnerException is SocketException { SocketErrorCode: SocketError.TimedOut })
            {
                Array.Clear(buffer);
            }
        }
    }

    private static async Task<byte[]> ReadToEndAsync(Stream stream)
    {
        using MemoryStream all = new();
        await stream.CopyToAsync(all);
        return all.ToArray();
    }

    private static Task OnThread(Action run) => KeptThreads.Run(run);
}
