using System.Diagnostics;

namespace Liveness.Benchmarks;

/// <summary>The client asks, the server answers with as much, for a while; every trip is timed.</summary>
/// <remarks>Reads are loops in place: a helper method would allocate for every read that has to wait.</remarks>
internal sealed class PingPong(IEnd client, IEnd server, int size, long[] trips, TimeSpan duration)
{
    private readonly long _ticks = (long)(duration.TotalSeconds * Stopwatch.Frequency);
    private bool _lastIsAsked;

    public async Task<PingPongResult> RunAsync()
    {
        Task answering = Task.Run(AnswerAsync);
        PingPongResult result = await Task.Run(AskAsync);
        await answering;
        return result;
    }

    private async Task<PingPongResult> AskAsync()
    {
        byte[] buffer = new byte[size];
        int count = 0;
        AllocationCount? from10Percent = null;
        AllocationCount? end = null;
        long started = Stopwatch.GetTimestamp();
        long asked = started;
        while (!_lastIsAsked)
        {
            if (from10Percent is null && asked - started > _ticks / 10)
            {
                from10Percent = AllocationCount.Now(count, count);
            }

            if (asked - started >= _ticks || count == trips.Length - 1)
            {
                end = AllocationCount.Now(count, count);

                // Said before the last question leaves, so that the server knows it when it has it.
                Volatile.Write(ref _lastIsAsked, true);
            }

            asked = Stopwatch.GetTimestamp();
            await client.WriteAsync(buffer).ConfigureAwait(false);
            for (int received = 0; received < size;)
            {
                received += await client.ReadAsync(buffer.AsMemory(received)).ConfigureAwait(false) is int some and > 0 ? some : throw Ended();
            }

            trips[count++] = Stopwatch.GetTimestamp() - asked;
        }

        return new PingPongResult(count, (end - (from10Percent ?? end))?.PerWrite ?? double.NaN);
    }

    private async Task AnswerAsync()
    {
        byte[] buffer = new byte[size];
        bool wasLast;
        do
        {
            for (int received = 0; received < size;)
            {
                received += await server.ReadAsync(buffer.AsMemory(received)).ConfigureAwait(false) is int some and > 0 ? some : throw Ended();
            }

            wasLast = Volatile.Read(ref _lastIsAsked);
            await server.WriteAsync(buffer).ConfigureAwait(false);
        }
        while (!wasLast);
    }

    private static EndOfStreamException Ended() => new("The connection ended.");
}
