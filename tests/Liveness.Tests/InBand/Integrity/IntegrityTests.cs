using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace Liveness.Tests.InBand;

/// <summary>
/// A random mix of everything that <see cref="Stream"/> offers moves bytes both ways at once, and all of them arrive, unchanged and in
/// order.
/// </summary>
/// <remarks>
/// LIVENESS_INTEGRITY_MB=n moves n million bytes each way over every transport, LIVENESS_INTEGRITY_SEED=n with other dice. Not beside other
/// tests, for it takes all cores.
/// </remarks>
[Collection(nameof(IntegrityTests))]
[CollectionDefinition(nameof(IntegrityTests), DisableParallelization = true)]
public sealed class IntegrityTests(ITestOutputHelper output)
{
    private const long Million = 1_000_000;

    private static readonly long? s_long = Setting("LIVENESS_INTEGRITY_MB") * Million;
    private static readonly int s_seed = (int)(Setting("LIVENESS_INTEGRITY_SEED") ?? 0);

    [Theory]
    [InlineData(TransportKind.Memory, 2)]
    [InlineData(TransportKind.Socket, 4)]
    [InlineData(TransportKind.NetworkStream, 4)]
    [InlineData(TransportKind.SmallSocket, 1)]
    [InlineData(TransportKind.UnixSocket, 4)]
    [InlineData(TransportKind.Tls, 2)]
    [InlineData(TransportKind.NamedPipe, 2)]
    [InlineData(TransportKind.AnonymousPipes, 2)]
    public Task Every_byte_arrives_in_order(TransportKind kind, int millions) => MoveAsync(kind, millions * Million, isSlow: false);

    [Theory]
    [InlineData(TransportKind.Memory)]
    [InlineData(TransportKind.SmallSocket)]
    [InlineData(TransportKind.Tls)]
    public Task Every_byte_arrives_in_order_at_a_slow_reader(TransportKind kind) => MoveAsync(kind, Million / 2, isSlow: true);

    private static long? Setting(string name) =>
        long.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : null;

    private async Task MoveAsync(TransportKind kind, long total, bool isSlow)
    {
        total = isSlow ? Math.Max(total, (s_long ?? 0) / 10) : s_long ?? total;
        TimeSpan limit = TimeSpan.FromSeconds(30 + (total / Million));
        PoisoningPool pool = new();
        await using ConnectedPair pair = await ConnectedPair.OpenAsync(kind, pool);
        long begun = Stopwatch.GetTimestamp();

        string[] results = await Task.WhenAll(
            MoveOneWayAsync(pair.Client, pair.Server, 4 * s_seed, total, isSlow),
            MoveOneWayAsync(pair.Server, pair.Client, (4 * s_seed) + 2, total, isSlow)).WaitAsync(limit);

        TimeSpan took = Stopwatch.GetElapsedTime(begun);
        await pair.CloseAsync();
        pair.Client.Monitor.Loss.Should().BeNull();
        pair.Server.Monitor.Loss.Should().BeNull();
        pool.Check().Should().BeEmpty();
        output.WriteLine($"{kind}: {total} bytes each way in {took.TotalSeconds:0.00} s, {2 * total / took.TotalSeconds / Million:0} MB/s, {pool.Rented} buffers rented");
        output.WriteLine($"  up   {results[0]}\n  down {results[1]}");
    }

    private static async Task<string> MoveOneWayAsync(HeartbeatStream from, HeartbeatStream to, int seed, long total, bool isSlow)
    {
        using IntegrityBytes written = new(seed, total);
        using IntegrityBytes read = new(seed, total);
        IntegrityReader reader = new(to, read, seed, isSlow);
        Task reading = Task.Run(() => reader.RunAsync(readsTail: true));
        Task writing = Task.Run(async () =>
        {
            await new IntegrityWriter(from, written, seed + 1).RunAsync();
            from.CompleteWrites();
        });

        // Whichever fails first says more than the other, which then waits in vain.
        await await Task.WhenAny(writing, reading);
        await Task.WhenAll(writing, reading);
        read.Position.Should().Be(total);
        read.Hash.Should().Be(written.Hash);
        return $"{read.Hash} {reader.Cancelled} reads cancelled";
    }
}
