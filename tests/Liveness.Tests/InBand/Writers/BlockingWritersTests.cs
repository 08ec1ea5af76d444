using System.Diagnostics;

namespace Liveness.Tests.InBand;

/// <summary>Writes that block a thread, beside others.</summary>
public sealed class BlockingWritersTests
{
    private const int Large = 32 << 20;

    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(TransportKind.Socket)]
    [InlineData(TransportKind.Memory)]
    public async Task A_write_timeout_counts_from_the_call_also_while_it_waits_for_its_turn(TransportKind kind)
    {
        await using ConnectedPair pair = await ConnectedPair.OpenAsync(kind);
        Task first = pair.Client.WriteAsync(new byte[Large]).AsTask();
        pair.Client.WriteTimeout = 100;
        long begun = Stopwatch.GetTimestamp();

        pair.Client.Invoking(client => client.Write(new byte[100], 0, 100)).Should().Throw<IOException>().WithMessage("*100 ms*");
        Stopwatch.GetElapsedTime(begun).Should().BeGreaterThan(TimeSpan.FromMilliseconds(90)).And.BeLessThan(TimeSpan.FromSeconds(10));
        pair.Client.Invoking(client => client.Flush()).Should().Throw<IOException>().WithMessage("*100 ms*");

        first.IsCompleted.Should().BeFalse();
        byte[] got = new byte[Large];
        await pair.Server.ReadExactlyAsync(got).AsTask().WaitAsync(s_safety);
        await first.WaitAsync(s_safety);
        pair.Client.WriteTimeout = Timeout.Infinite;
        pair.Client.Write([7]);
        (await pair.Server.ReadAsync(got).AsTask().WaitAsync(s_safety)).Should().Be(1, "what has timed out before its turn left nothing");
        got[0].Should().Be(7);
    }

    [Theory]
    [InlineData(TransportKind.Socket)]
    [InlineData(TransportKind.Memory)]
    public async Task Every_way_to_write_waits_for_its_turn_and_has_it(TransportKind kind)
    {
        await using ConnectedPair pair = await ConnectedPair.OpenAsync(kind);
        Task first = pair.Client.WriteAsync(new byte[Large]).AsTask();
        Action[] ways =
        [
            () => pair.Client.Write([1, 1], 0, 2),
            () => pair.Client.Write([2, 2]),
            () => pair.Client.WriteByte(3),
            () => pair.Client.EndWrite(pair.Client.BeginWrite([4, 4], 0, 2, null, null)),
            pair.Client.Flush,
        ];
        Task[] others = [.. ways.Select(write => KeptThreads.Run(write))];
        using MemoryStream arrived = new();
        Task drained = pair.Server.CopyToAsync(arrived);

        await Task.WhenAll([first, .. others]).WaitAsync(s_safety);
        pair.Client.CompleteWrites();
        await drained.WaitAsync(s_safety);
        arrived.ToArray()[Large..].Order().Should().Equal(1, 1, 2, 2, 3, 4, 4);
    }

    [Theory]
    [InlineData(TransportKind.Socket)]
    [InlineData(TransportKind.Memory)]
    public async Task A_dispose_that_blocks_lets_those_before_it_go_first(TransportKind kind)
    {
        await using ConnectedPair pair = await ConnectedPair.OpenAsync(kind);
        Task[] writes =
        [
            pair.Client.WriteAsync(new byte[Large]).AsTask(),
            pair.Client.WriteAsync(new byte[] { 1, 2 }).AsTask(),
            pair.Client.FlushAsync(),
            Task.Factory.FromAsync(pair.Client.BeginWrite([3], 0, 1, null, null), pair.Client.EndWrite),
        ];

        Task closing = KeptThreads.Run(pair.Client.Dispose);
        using MemoryStream arrived = new();
        await pair.Server.CopyToAsync(arrived).WaitAsync(s_safety);

        await Task.WhenAll(writes).WaitAsync(s_safety);
        arrived.ToArray()[Large..].Should().Equal(1, 2, 3);
        await pair.Server.DisposeAsync();
        await closing.WaitAsync(s_safety);
        (await pair.Client.Monitor.Completion).Should().BeNull();
    }
}
