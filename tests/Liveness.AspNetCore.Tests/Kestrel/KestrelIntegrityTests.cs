using System.Diagnostics;
using System.Globalization;
using Liveness.Tests.InBand;
using Microsoft.AspNetCore.Connections;
using static Liveness.AspNetCore.Tests.Kestrel.InBandHandlers;

namespace Liveness.AspNetCore.Tests.Kestrel;

/// <summary>
/// A random mix of everything that <see cref="Stream"/> offers moves bytes both ways at once through a connection of Kestrel, and all of
/// them arrive, unchanged and in order.
/// </summary>
/// <remarks>As the test of the same name for all other transports: LIVENESS_INTEGRITY_MB=n moves n million bytes each way.</remarks>
[Collection(nameof(KestrelIntegrityTests))]
[CollectionDefinition(nameof(KestrelIntegrityTests), DisableParallelization = true)]
public sealed class KestrelIntegrityTests(ITestOutputHelper output)
{
    private const long Million = 1_000_000;

    private static readonly long s_total =
        long.TryParse(Environment.GetEnvironmentVariable("LIVENESS_INTEGRITY_MB"), NumberStyles.None, CultureInfo.InvariantCulture, out long given) ? given * Million : 4 * Million;

    [Fact]
    public async Task Every_byte_arrives_in_order()
    {
        TaskCompletionSource<(string Read, string Written)> served = NewSource<(string, string)>();
        await using TestServer server = await StartAsync(async context =>
        {
            try
            {
                served.SetResult(await ServeAsync(context));
            }
            catch (Exception failure)
            {
                served.SetException(failure);
            }
        });
        await using LivenessConnection client = await server.AttachAsync();
        HeartbeatStream stream = (HeartbeatStream)client.Stream;
        long begun = Stopwatch.GetTimestamp();

        Task<string> writing = Task.Run(async () =>
        {
            string written = await WriteAsync(stream, seed: 1);
            stream.CompleteWrites();
            return written;
        });
        Task<string> reading = Task.Run(() => ReadAsync(stream, seed: 2));
        Task[] all = [writing, reading, served.Task];
        TimeSpan limit = TimeSpan.FromSeconds(30 + (s_total / Million));

        // Whichever fails first says more than the others, which then wait in vain.
        await await Task.WhenAny(all).WaitAsync(limit);
        await Task.WhenAll(all).WaitAsync(limit);

        TimeSpan took = Stopwatch.GetElapsedTime(begun);
        (await served.Task).Should().Be((await writing, await reading));
        output.WriteLine($"Kestrel: {s_total} bytes each way in {took.TotalSeconds:0.00} s, {2 * s_total / took.TotalSeconds / Million:0} MB/s");
        output.WriteLine($"  up   {await writing}\n  down {await reading}");
    }

    private static async Task<(string Read, string Written)> ServeAsync(ConnectionContext context)
    {
        Task<string> reading = Task.Run(() => ReadAsync(context.Transport.Input.AsStream(leaveOpen: true), seed: 1));
        Task<string> writing = Task.Run(() => WriteAsync(context.Transport.Output.AsStream(leaveOpen: true), seed: 2));
        await await Task.WhenAny(reading, writing);
        await Task.WhenAll(reading, writing);
        return (await reading, await writing);
    }

    private static async Task<string> WriteAsync(Stream to, int seed)
    {
        using IntegrityBytes bytes = new(seed, s_total);
        await new IntegrityWriter(to, bytes, seed).RunAsync();
        return bytes.Hash;
    }

    private static async Task<string> ReadAsync(Stream from, int seed)
    {
        using IntegrityBytes bytes = new(seed, s_total);
        await new IntegrityReader(from, bytes, seed + 100, isSlow: false).RunAsync(readsTail: true);
        bytes.Position.Should().Be(s_total);
        return bytes.Hash;
    }
}
