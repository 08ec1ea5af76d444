using Liveness.Tests.Simulation;

namespace Liveness.Tests.InBand;

/// <summary>
/// Real threads: reads and writes that are cancelled, lost or disposed while they run, with every buffer poisoned as soon as it is its
/// owner's again.
/// </summary>
public sealed class PoisonRaceTests
{
    private const int Rounds = 40;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Of a write that was cancelled a beginning may arrive, of one that was not all of it, and of neither anything that came into its
    /// buffer later.
    /// </summary>
    [Theory]
    [InlineData(TransportKind.Memory)]
    [InlineData(TransportKind.Socket)]
    [InlineData(TransportKind.SmallSocket)]
    [InlineData(TransportKind.Tls)]
    [InlineData(TransportKind.AnonymousPipes)]
    public async Task Cancelled_reads_and_writes_carry_no_poison_and_lose_nothing(TransportKind kind)
    {
        PoisoningPool pool = new();
        await using ConnectedPair pair = await ConnectedPair.OpenAsync(kind, pool);
        await Task.WhenAll(CarryAsync(pair.Client, pair.Server, 1), CarryAsync(pair.Server, pair.Client, 2)).WaitAsync(s_limit);

        await pair.CloseAsync();
        pair.Client.Monitor.Loss.Should().BeNull();
        pair.Server.Monitor.Loss.Should().BeNull();
        pool.Check().Should().BeEmpty();
    }

    [Theory]
    [InlineData(TransportKind.Memory)]
    [InlineData(TransportKind.Socket)]
    [InlineData(TransportKind.NetworkStream)]
    [InlineData(TransportKind.Tls)]
    [InlineData(TransportKind.NamedPipe)]
    public async Task An_end_in_the_middle_of_everything_carries_no_poison(TransportKind kind)
    {
        PoisoningPool pool = new();
        for (int seed = 0; seed < 4; seed++)
        {
            await using ConnectedPair pair = await ConnectedPair.OpenAsync(kind, pool);
            Task carrying = Task.WhenAll(CarryAsync(pair.Client, pair.Server, seed), CarryAsync(pair.Server, pair.Client, ~seed));
            await TouchAsync(pair.Client, 5 + (seed * 3));
            if (seed % 2 == 0)
            {
                pair.Break();
            }
            else
            {
                await pair.Client.DisposeAsync();
            }

            Exception? failure = await Record.ExceptionAsync(() => carrying.WaitAsync(s_limit));
            failure.Should().Match(e => e == null || e is IOException || e is ObjectDisposedException);
            await pair.CloseAsync();
        }

        pool.Check().Should().BeEmpty();
    }

    private static async Task TouchAsync(HeartbeatStream stream, int times)
    {
        for (int i = 0; i < times && !stream.Monitor.Completion.IsCompleted; i++)
        {
            await Record.ExceptionAsync(() => stream.Monitor.ProbeAsync().AsTask());
        }
    }

    private static async Task CarryAsync(HeartbeatStream from, HeartbeatStream to, int seed)
    {
        SharedTape tape = new(new StreamInterleavingsTape(seed));
        Task reading = Task.Run(() => ReadAsync(to, tape, seed));
        Task writing = Task.Run(() => WriteAsync(from, tape, seed));
        await Task.WhenAll(writing, reading);
        tape.IsComplete.Should().BeTrue("what was not cancelled arrives as a whole");
    }

    private static async Task WriteAsync(HeartbeatStream stream, SharedTape tape, int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < Rounds; round++)
        {
            using CancellationTokenSource cancel = new();
            byte[] buffer = tape.Begin(random.Next(4) == 0 ? random.Next(300_000) : random.Next(1, 3000));
            try
            {
                Task writing = stream.WriteAsync(buffer, cancel.Token).AsTask();
                await Cancel(cancel, random);
                await writing;
                tape.EndWell();
            }
            catch (OperationCanceledException)
            {
                tape.EndBadly();
            }
            finally
            {
                buffer.AsSpan().Fill(PoisoningPool.Poison);
            }
        }

        stream.CompleteWrites();
    }

    private static async Task ReadAsync(HeartbeatStream stream, SharedTape tape, int seed)
    {
        Random random = new(~seed);
        BuriedBuffers buried = new();
        bool hasEnded = false;
        while (!hasEnded)
        {
            using CancellationTokenSource cancel = new();
            byte[] buffer = new byte[random.Next(1, 40_000)];
            try
            {
                Task<int> reading = stream.ReadAsync(buffer, cancel.Token).AsTask();
                await Cancel(cancel, random);
                int count = await reading;
                tape.Take(buffer.AsSpan(0, count));
                hasEnded = count == 0;
            }
            catch (OperationCanceledException)
            {
                await Task.Yield();
            }
            finally
            {
                buried.Bury(buffer, keep: 16);
            }
        }

        buried.Check();
    }

    private static Task Cancel(CancellationTokenSource cancel, Random random) => random.Next(6) switch
    {
        0 => cancel.CancelAsync(),
        1 => CancelLaterAsync(cancel),
        _ => Task.CompletedTask,
    };

    private static async Task CancelLaterAsync(CancellationTokenSource cancel)
    {
        await Task.Yield();
        await cancel.CancelAsync();
    }

    /// <summary>The writer and the reader of one direction are on threads of their own.</summary>
    private sealed class SharedTape(StreamInterleavingsTape tape)
    {
        private readonly Lock _gate = new();

        public bool IsComplete
        {
            get
            {
                lock (_gate)
                {
                    return tape.IsComplete;
                }
            }
        }

        public byte[] Begin(int length)
        {
            lock (_gate)
            {
                return tape.Begin(length);
            }
        }

        public void EndWell()
        {
            lock (_gate)
            {
                tape.EndWell(tape.Count - 1);
            }
        }

        public void EndBadly()
        {
            lock (_gate)
            {
                tape.EndBadly(tape.Count - 1);
            }
        }

        public void Take(ReadOnlySpan<byte> bytes)
        {
            lock (_gate)
            {
                tape.Take(bytes);
                if (!tape.IsSound)
                {
                    throw new InvalidDataException($"What was never written was read, at most {bytes.Length} bytes before {tape.Read}.");
                }
            }
        }
    }
}
