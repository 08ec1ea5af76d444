using System.Diagnostics;
using System.Net.Sockets;
using Liveness.Tests.InBand;

namespace Liveness.Tests.StreamContract;

/// <summary>Reads and writes that block need no thread but their own, where the stream lies over a bare socket: as a NetworkStream's.
/// Those that are begun or awaited need the pool there, too.</summary>
[Collection(WithoutThreads.Name)]
public sealed class BlockingCallsContract
{
    /// <summary>With one thread of the pool that is given every half second, and taken away at once, nothing comes about so soon by
    /// chance.</summary>
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(5);

    private static readonly int[] s_sizes = [1, 1_000, 16_385, 300_000, 3 << 20];

    [Theory]
    [InlineData(TransportKind.Socket, true)]
    [InlineData(TransportKind.Socket, false)]
    [InlineData(TransportKind.SmallSocket, true)]
    [InlineData(TransportKind.NetworkStream, false)]
    [InlineData(TransportKind.UnixSocket, false)]
    public async Task Requests_and_answers_pass_and_both_ends_close_while_the_pool_runs_nothing(TransportKind kind, bool isStarted)
    {
        await using ConnectedPair pair = isStarted ? await ConnectedPair.OpenAsync(kind) : await ConnectedPair.CreateAsync(kind);

        TimeSpan took = await StarvedPool.WhileAsync(TimeSpan.Zero, () => ExchangeAndClose(pair.Client, pair.Server));

        took.Should().BeLessThan(s_soon);
        (await Hands.Within(pair.Client.Monitor.Completion)).Should().BeNull();
        (await Hands.Within(pair.Server.Monitor.Completion)).Should().BeNull();
        pair.Client.Monitor.CloseResult!.Outcome.Should().Be(CloseOutcome.Confirmed);
    }

    /// <summary>The control.</summary>
    [Fact]
    public async Task So_it_is_over_a_bare_NetworkStream()
    {
        using SocketPair sockets = SocketPair.OverTcp();
        NetworkStream client = new(sockets.Client, ownsSocket: true);
        NetworkStream server = new(sockets.Server, ownsSocket: true);

        (await StarvedPool.WhileAsync(TimeSpan.Zero, () => ExchangeAndClose(client, server))).Should().BeLessThan(s_soon);
    }

    /// <summary>Two that write before they read pass each other what the windows hold, and more once one of them reads.</summary>
    [Fact]
    public async Task One_that_only_writes_gets_the_credit_for_it_and_one_that_only_reads_gives_it()
    {
        const int Size = 16 << 20;
        await using ConnectedPair pair = await ConnectedPair.OpenAsync(TransportKind.Socket);
        byte[] bytes = Hands.Bytes(Size);
        byte[] got = new byte[Size];

        TimeSpan took = await StarvedPool.WhileAsync(TimeSpan.Zero, () => Timed(
            () =>
            {
                pair.Client.Write(bytes, 0, Size);
                pair.Client.Flush();
            },
            () => pair.Server.ReadExactly(got)));

        took.Should().BeLessThan(s_soon);
        got.AsSpan().SequenceEqual(bytes).Should().BeTrue();
    }

    /// <summary>Each behind the other, on threads of their own.</summary>
    [Fact]
    public async Task Writers_that_wait_for_their_turn_have_it()
    {
        const int Size = 300_000;
        await using ConnectedPair pair = await ConnectedPair.OpenAsync(TransportKind.Socket);
        Action write = () => pair.Client.Write(new byte[Size], 0, Size);

        TimeSpan took = await StarvedPool.WhileAsync(
            TimeSpan.Zero, () => Timed(write, write, write, pair.Client.Flush, () => pair.Server.ReadExactly(new byte[3 * Size])));

        took.Should().BeLessThan(s_soon);
    }

    [Fact]
    public async Task Timeouts_are_kept()
    {
        await using ConnectedPair pair = await ConnectedPair.OpenAsync(TransportKind.Socket);
        (pair.Client.ReadTimeout, pair.Client.WriteTimeout) = (100, 100);
        Exception?[] failures = new Exception?[2];

        TimeSpan took = await StarvedPool.WhileAsync(TimeSpan.Zero, () => Timed(
            () => failures[0] = Record.Exception(() => pair.Client.ReadByte()),
            () => failures[1] = Record.Exception(() => pair.Client.Write(new byte[32 << 20], 0, 32 << 20))));

        took.Should().BeLessThan(s_soon);
        failures.Should().AllBeAssignableTo<IOException>();
    }

    private static TimeSpan ExchangeAndClose(Stream client, Stream server) => Timed(
        () =>
        {
            foreach (int size in s_sizes)
            {
                byte[] bytes = Hands.Bytes(size, seed: size);
                client.Write(bytes, 0, size);
                client.Flush();
                byte[] got = new byte[size];
                client.ReadExactly(got, 0, size);
                got.AsSpan().SequenceEqual(bytes).Should().BeTrue();
            }

            client.Dispose();
        },
        () =>
        {
            foreach (int size in s_sizes)
            {
                byte[] got = new byte[size];
                server.ReadExactly(got.AsSpan());
                server.Write(got);
            }

            server.ReadByte().Should().Be(-1);
            server.Dispose();
        });

    /// <summary>Each on a thread of its own.</summary>
    private static TimeSpan Timed(params Action[] runs)
    {
        long begun = Stopwatch.GetTimestamp();
        Exception?[] failures = new Exception?[runs.Length];
        Thread[] threads = [.. runs.Select((run, i) => new Thread(() => failures[i] = Record.Exception(run)))];
        Array.ForEach(threads, thread => thread.Start());
        bool ended = Array.TrueForAll(threads, thread => thread.Join(s_soon * 2));
        TimeSpan took = Stopwatch.GetElapsedTime(begun);
        ended.Should().BeTrue("nothing of it needs the pool");
        failures.Should().OnlyContain(failure => failure == null);
        return took;
    }
}
