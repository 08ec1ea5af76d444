using System.Net;
using Liveness.SideChannel;
using Liveness.Tests.InBand;

namespace Liveness.Tests.StreamContract;

/// <summary>Short of threads nothing is fast, but nothing is lost either: what our own pool owes is not the peer's delay.</summary>
[Collection(WithoutThreads.Name)]
public sealed class StarvedPoolContract
{
    /// <summary>Well above the time that the heartbeat streams of these tests give their handshake and their close.</summary>
    private static readonly TimeSpan s_starved = TimeSpan.FromSeconds(2.5);

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(TransportKind.Socket)]
    [InlineData(TransportKind.NetworkStream)]
    [InlineData(TransportKind.UnixSocket)]
    [InlineData(TransportKind.Tls)]
    [InlineData(TransportKind.NamedPipe)]
    [InlineData(TransportKind.Memory)]
    public async Task A_handshake_outlives_a_starved_pool(TransportKind kind)
    {
        await using ConnectedPair pair =
            await ConnectedPair.CreateAsync(kind, options: new HeartbeatOptions { HandshakeTimeout = s_patience });
        Task[] starting = await StarvedPool.WhileAsync(s_starved, () => (Task[])[pair.Client.StartAsync(), pair.Server.StartAsync()]);
        await Hands.Within(Task.WhenAll(starting));
        (pair.Client.Monitor.Loss, pair.Server.Monitor.Loss).Should().Be((null, null));
    }

    /// <summary>The first read or write starts it as well.</summary>
    [Theory]
    [InlineData(TransportKind.Socket)]
    [InlineData(TransportKind.Tls)]
    public async Task So_does_one_that_a_read_and_a_write_begin(TransportKind kind)
    {
        await using ConnectedPair pair =
            await ConnectedPair.CreateAsync(kind, options: new HeartbeatOptions { HandshakeTimeout = s_patience });
        byte[] got = new byte[3];
        Task[] moving =
            await StarvedPool.WhileAsync(s_starved, () => (Task[])
            [
                pair.Client.WriteAsync(new byte[] { 1, 2, 3 }).AsTask(), pair.Server.ReadExactlyAsync(got).AsTask(),
            ]);
        await Hands.Within(Task.WhenAll(moving));
        got.Should().Equal(1, 2, 3);
    }

    [Theory]
    [InlineData(TransportKind.Socket)]
    [InlineData(TransportKind.Tls)]
    [InlineData(TransportKind.NamedPipe)]
    [InlineData(TransportKind.Memory)]
    public async Task A_close_outlives_a_starved_pool_and_delivers_everything(TransportKind kind)
    {
        await using ConnectedPair pair = await ConnectedPair.OpenAsync(kind, options: new HeartbeatOptions { CloseTimeout = s_patience });
        byte[] bytes = Hands.Bytes(50_000);
        Task[] closing = await StarvedPool.WhileAsync(s_starved, () =>
        {
            Task writing = pair.Client.WriteAsync(bytes).AsTask();
            return (Task[])[writing, pair.Client.DisposeAsync().AsTask()];
        });
        (await Hands.ReadAsync(pair.Server, bytes.Length)).Should().Equal(bytes);
        (await Hands.Within(pair.Server.ReadAsync(new byte[1]))).Should().Be(0);
        await Hands.Within(pair.Server.DisposeAsync());
        await Hands.Within(Task.WhenAll(closing));
        (pair.Client.Monitor.Loss, pair.Server.Monitor.Loss).Should().Be((null, null));
    }

    [Fact]
    public async Task A_side_connection_comes_about_although_the_pool_is_starved()
    {
        await using SideChannelListener listener = SideChannelListener.Start(
            new IPEndPoint(IPAddress.Loopback, 0), new SideChannelListenerOptions { HandshakeTimeout = s_patience });
        SideChannelClientOptions options = new() { HandshakeTimeout = s_patience };
        Task<SideChannelClient> connecting =
            await StarvedPool.WhileAsync(s_starved, () => SideChannelClient.ConnectAsync(listener.LocalEndPoint, options));
        await using SideChannelClient client = await Hands.Within(connecting);
    }

    /// <summary>As .NET's own suite does it: each pair on one thread of the pool, blocking and not, and disposed by blocking calls
    /// there.</summary>
    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task Many_pairs_at_once_that_block_the_threads_of_the_pool_pass_everything_and_close_in_good_order(StreamForm form)
    {
        const int Pairs = 10;
        await Hands.Within(Task.WhenAll(Enumerable.Range(0, Pairs).Select(pair => Task.Run(() => ExchangeAsync(form, pair)))));
    }

    private static async Task ExchangeAsync(StreamForm form, int seed)
    {
        OpenStreams streams = await StreamMaker.OpenAsync(form);
        foreach ((Stream writer, Stream reader) in streams.Ways)
        {
            byte[] bytes = Hands.Bytes(2_000, seed);
            byte[] got = new byte[bytes.Length];
            Task writing = Task.Run(() => writer.Write(bytes));
            reader.ReadExactly(got);
            await writing;
            got.Should().Equal(bytes);
            writing = writer.WriteAsync(bytes).AsTask();
            await reader.ReadExactlyAsync(got);
            await writing;
            got.Should().Equal(bytes);
        }

        // In turn, and each by blocking: the second answers the first.
        Task closing = Task.Run(streams.Client.Dispose);
        streams.Server.Dispose();
        await closing;
        foreach (Stream stream in (Stream[])[streams.Client, streams.Server])
        {
            if (stream is HeartbeatStream heartbeat)
            {
                (await heartbeat.Monitor.Completion).Should().BeNull("both ends closed in good order");
            }
        }

        await streams.DisposeAsync();
    }
}
