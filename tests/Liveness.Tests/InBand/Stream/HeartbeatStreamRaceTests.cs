using System.Security.Cryptography;
using Liveness.Testing;

namespace Liveness.Tests.InBand;

/// <summary>Real threads, for what a single one can't show: whoever races, nobody waits for ever and no byte changes.</summary>
public sealed class HeartbeatStreamRaceTests
{
    private const int Connections = 12;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Many_connections_with_cancelled_reads_carry_every_byte_and_close_at_once_from_both_ends()
    {
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(seed => Task.Run(() => TransferAsync(seed)))).WaitAsync(s_limit);
    }

    [Fact]
    public async Task Everything_that_races_with_an_end_ends()
    {
        await Task.WhenAll(Enumerable.Range(0, 4 * Connections).Select(seed => Task.Run(() => EndAsync(seed)))).WaitAsync(s_limit);
    }

    private static async Task TransferAsync(int seed)
    {
        using SocketPair pair = SocketPair.OverTcp();
        using InMemoryLink link = InMemoryLink.Create();
        bool overSockets = seed % 2 == 0;
        HeartbeatStream client = overSockets ? new HeartbeatStream(pair.Client) : new HeartbeatStream(link.Client);
        HeartbeatStream server = overSockets ? new HeartbeatStream(pair.Server) : new HeartbeatStream(link.Server);
        byte[] data = new byte[300_000];
        new Random(seed).NextBytes(data);
        Task<byte[]>[] readings = [ReadAsync(client, data.Length, seed), ReadAsync(server, data.Length, ~seed)];
        await Task.WhenAll(WriteAsync(client, data), WriteAsync(server, data), ProbeAsync(client), ProbeAsync(server));
        foreach (byte[] read in await Task.WhenAll(readings))
        {
            SHA256.HashData(read).Should().Equal(SHA256.HashData(data));
        }

        await Task.WhenAll(client.DisposeAsync().AsTask(), server.DisposeAsync().AsTask(), client.DisposeAsync().AsTask());
        client.Monitor.Loss.Should().BeNull();
        server.Monitor.Loss.Should().BeNull();
    }

    private static async Task EndAsync(int seed)
    {
        using SocketPair pair = SocketPair.OverTcp();
        using InMemoryLink link = InMemoryLink.Create();
        bool overSockets = seed % 2 == 0;
        HeartbeatOptions options = new() { DetectWithin = TimeSpan.FromSeconds(2) };
        HeartbeatStream client = overSockets ? new HeartbeatStream(pair.Client, options) : new HeartbeatStream(link.Client, options);
        HeartbeatStream server = overSockets ? new HeartbeatStream(pair.Server, options) : new HeartbeatStream(link.Server, options);
        int told = 0;
        client.Monitor.ConnectionLost += (_, _) => Interlocked.Increment(ref told);
        Task[] operations =
        [
            client.StartAsync(), server.StartAsync(),
            Task.Run(() => client.WriteAsync(new byte[500_000]).AsTask()), Task.Run(() => client.ReadAsync(new byte[10]).AsTask()),
            Task.Run(() => server.WriteAsync(new byte[500_000]).AsTask()), ReadAsync(server, 500_000, seed),
            Task.Run(() => client.Monitor.ProbeAsync().AsTask()), Task.Run(() => server.FlushAsync()),
        ];
        Task[] ends = (seed % 4) switch
        {
            0 or 1 => [Task.Run(() => client.DisposeAsync().AsTask()), Task.Run(() => client.DisposeAsync().AsTask()), Task.Run(() => server.DisposeAsync().AsTask())],
            2 => [Task.Run(() => pair.Client.Close(0)), Task.Run(() => client.DisposeAsync().AsTask())],
            _ => [Task.Run(link.Reset), Task.Run(() => client.DisposeAsync().AsTask())],
        };

        await Task.WhenAll(ends);
        await server.DisposeAsync();
        foreach (Task operation in operations)
        {
            Exception? failure = await Record.ExceptionAsync(() => operation);
            failure.Should().Match(e => e == null || e is IOException || e is ObjectDisposedException || e is InvalidOperationException);
        }

        client.Monitor.Completion.IsCompleted.Should().BeTrue();
        server.Monitor.Completion.IsCompleted.Should().BeTrue();
        told.Should().Be(client.Monitor.Loss is null ? 0 : 1);
    }

    private static async Task ProbeAsync(HeartbeatStream stream)
    {
        for (int i = 0; i < 3; i++)
        {
            await stream.Monitor.ProbeAsync();
        }
    }

    private static async Task WriteAsync(HeartbeatStream stream, byte[] data)
    {
        for (int sent = 0; sent < data.Length; sent += 10_000)
        {
            await stream.WriteAsync(data.AsMemory(sent, 10_000));
        }
    }

    private static async Task<byte[]> ReadAsync(HeartbeatStream stream, int count, int seed)
    {
        Random random = new(seed);
        byte[] data = new byte[count];
        for (int read = 0; read < count;)
        {
            using CancellationTokenSource cancel = new();
            ValueTask<int> reading = stream.ReadAsync(data.AsMemory(read, Math.Min(count - read, random.Next(1, 20_000))), cancel.Token);
            if (!reading.IsCompleted && random.Next(3) == 0)
            {
                await Task.Yield();
                await cancel.CancelAsync();
            }

            try
            {
                int got = await reading;
                if (got == 0)
                {
                    return data;
                }

                read += got;
            }
            catch (OperationCanceledException)
            {
                // A read that is cancelled takes nothing.
                continue;
            }
        }

        return data;
    }
}
