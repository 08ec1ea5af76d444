using System.Diagnostics;

namespace Liveness.Benchmarks;

/// <summary>Writes one way for a while, and reads everything that was written.</summary>
internal sealed class Transfer(IEnd from, IEnd to, ReadOnlyMemory<byte> data, Memory<byte> buffer, TimeSpan duration)
{
    private readonly long _ticks = (long)(duration.TotalSeconds * Stopwatch.Frequency);

    /// <summary>The clock is looked at once in so many writes: beside the smallest ones it would be measured too.</summary>
    private readonly int _writesPerLook = Math.Clamp((16 * 1024) / data.Length, 1, 64);

    private long _total = -1;
    private long _reads;

    public async Task<TransferResult> RunAsync()
    {
        long started = Stopwatch.GetTimestamp();
        Task<long> reading = Task.Run(ReadAllAsync);
        Task<AllocationCount> writing = Task.Run(() => WriteForAWhileAsync(started));
        AllocationCount allocated = await writing;
        long ended = await reading;
        return new TransferResult(Volatile.Read(ref _total) / Stopwatch.GetElapsedTime(started, ended).TotalMicroseconds, allocated);
    }

    private async Task<AllocationCount> WriteForAWhileAsync(long started)
    {
        AllocationCount? from10Percent = null;
        long writes = 0;
        long elapsed;
        while ((elapsed = Stopwatch.GetTimestamp() - started) < _ticks)
        {
            if (from10Percent is null && elapsed > _ticks / 10)
            {
                from10Percent = AllocationCount.Now(writes, Volatile.Read(ref _reads));
            }

            for (int i = 0; i < _writesPerLook; i++)
            {
                await from.WriteAsync(data).ConfigureAwait(false);
            }

            writes += _writesPerLook;
        }

        AllocationCount now = AllocationCount.Now(writes, Volatile.Read(ref _reads));

        // Said before the last bytes leave, so that the reader knows it when it has them.
        Volatile.Write(ref _total, (writes + 1) * data.Length);
        await from.WriteAsync(data).ConfigureAwait(false);
        return now - (from10Percent ?? now);
    }

    /// <returns>When the last byte was read.</returns>
    private async Task<long> ReadAllAsync()
    {
        long received = 0;
        while (received != Volatile.Read(ref _total))
        {
            int count = await to.ReadAsync(buffer).ConfigureAwait(false);
            if (count == 0)
            {
                throw new EndOfStreamException($"The connection ended after {received} bytes.");
            }

            received += count;
            Volatile.Write(ref _reads, _reads + 1);
        }

        return Stopwatch.GetTimestamp();
    }
}
