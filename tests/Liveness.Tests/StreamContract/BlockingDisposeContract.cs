using System.Diagnostics;
using System.Net.Sockets;
using Liveness.KeepAlive;
using Liveness.Tests.InBand;

namespace Liveness.Tests.StreamContract;

/// <summary>
/// A dispose that blocks is waited for by its caller alone: no thread of the pool has a part in its limit, or in its goodbye.
/// </summary>
[Collection(WithoutThreads.Name)]
public sealed class BlockingDisposeContract
{
    private const int Ends = 10;

    private static readonly HeartbeatOptions s_options = new() { CloseTimeout = TimeSpan.FromSeconds(1) };

    /// <summary>What one thread more or less makes on a busy machine.</summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(0.7);

    [Theory]
    [InlineData(TransportKind.Socket)]
    [InlineData(TransportKind.Tls)]
    [InlineData(TransportKind.NamedPipe)]
    [InlineData(TransportKind.Memory)]
    public async Task Ten_at_once_end_within_the_close_timeout_while_the_pool_runs_nothing(TransportKind kind)
    {
        ConnectedPair[] pairs = new ConnectedPair[Ends / 2];
        for (int i = 0; i < pairs.Length; i++)
        {
            pairs[i] = await ConnectedPair.OpenAsync(kind, options: s_options);
        }

        HeartbeatStream[] ends = [.. pairs.Select(pair => pair.Client), .. pairs.Select(pair => pair.Server)];
        TimeSpan[] took = await StarvedPool.WhileAsync(TimeSpan.Zero, () => DisposeAll(ends));
        took.Should().OnlyContain(each => each < s_options.CloseTimeout + s_grace);

        // What was left is done in the background, and nothing was lost by it.
        (await Hands.Within(Task.WhenAll(ends.Select(end => end.Monitor.Completion)))).Should().OnlyContain(loss => loss == null);
        foreach (ConnectedPair pair in pairs)
        {
            await pair.DisposeAsync();
        }
    }

    /// <summary>The other end has not disposed, and hears of it all the same.</summary>
    [Fact]
    public async Task The_goodbye_has_left_although_the_pool_ran_nothing()
    {
        using SocketPair sockets = SocketPair.OverTcp();
        HeartbeatStream[] ends = [new(sockets.Client, s_options), new(sockets.Server, s_options)];
        await Hands.Within(Task.WhenAll(ends.Select(end => end.StartAsync())));

        // What the peer's kernel has got: its stream may have read it by then, for the pool is given another thread in half a second.
        long arrived = await StarvedPool.WhileAsync(TimeSpan.Zero, () =>
        {
            long before = Arrived(sockets.Server);
            ends[0].Dispose();
            return Arrived(sockets.Server) - before;
        });
        arrived.Should().BeGreaterThan(0);
        (await Hands.Within(ends[1].ReadAsync(new byte[1]))).Should().Be(0);
        await Hands.Within(ends[1].DisposeAsync());
        (await Hands.Within(ends[0].Monitor.Completion)).Should().BeNull();
    }

    /// <summary>Whoever disposes after the end finds nothing to wait for but handlers, and those need no thread of the pool either.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_an_end_that_was_told_it_waits_for_handlers_only_while_they_run(bool hasHandlers)
    {
        await using ConnectedPair pair = await ConnectedPair.OpenAsync(TransportKind.Socket);
        int handled = 0;
        if (hasHandlers)
        {
            pair.Server.Monitor.ConnectionEnded += (_, _) => Interlocked.Increment(ref handled);
        }

        TimeSpan took = await StarvedPool.WhileAsync(TimeSpan.Zero, () =>
        {
            Task closing = KeptThreads.Run(pair.Client.Dispose);
            int read = pair.Server.ReadByte();
            pair.Server.Monitor.Completion.Wait(Hands.Limit);
            long begun = Stopwatch.GetTimestamp();
            pair.Server.Dispose();
            TimeSpan result = Stopwatch.GetElapsedTime(begun);
            closing.Wait();
            return read == -1 ? result : Timeout.InfiniteTimeSpan;
        });

        took.Should().BePositive("the read ended in good order");
        took.Should().BeLessThan(TimeSpan.FromSeconds(2), "a close is given 5 s");
        handled.Should().Be(hasHandlers ? 1 : 0, "what was due of the end is told before a dispose returns");
    }

    private static long Arrived(Socket socket) =>
        TcpInfoSnapshot.TryRead(socket, out TcpInfoSnapshot kernel) ? kernel.BytesReceived ?? 0 : socket.Available;

    private static TimeSpan[] DisposeAll(HeartbeatStream[] ends)
    {
        TimeSpan[] took = new TimeSpan[ends.Length];
        Task[] threads =
        [
            .. ends.Select((end, i) => KeptThreads.Run(() =>
            {
                long begun = Stopwatch.GetTimestamp();
                end.Dispose();
                took[i] = Stopwatch.GetElapsedTime(begun);
            })),
        ];
        Task.WaitAll(threads);
        return took;
    }
}
