using System.Buffers.Binary;
using System.Diagnostics;
using Xunit.Abstractions;

namespace Liveness.Tests.InBand;

/// <summary>Two threads write to one stream as fast as they can. LIVENESS_WRITES=n writes n in all, in place of some.</summary>
public sealed class TwoWritersTests(ITestOutputHelper output)
{
    private const int Writers = 2;

    /// <summary>Which writer, which write of it, and its length: 12 bytes before a body of that many bytes.</summary>
    private const int Head = 12;

    private const int LargestBody = 64;

    private static readonly TimeSpan s_safety = TimeSpan.FromMinutes(5);

    private static readonly int s_writes =
        int.TryParse(Environment.GetEnvironmentVariable("LIVENESS_WRITES"), out int writes) ? writes : 200_000;

    [Theory]
    [InlineData(TransportKind.Socket, true)]
    [InlineData(TransportKind.Socket, false)]
    [InlineData(TransportKind.Memory, false)]
    public async Task Every_write_arrives_whole_and_those_of_one_thread_in_their_order(TransportKind kind, bool blocking)
    {
        await using ConnectedPair pair = await ConnectedPair.OpenAsync(kind);
        Task reading = Task.Run(() => ReadAsync(pair.Server));
        long before = GC.GetTotalAllocatedBytes(precise: true);
        long begun = Stopwatch.GetTimestamp();
        Task[] writing =
        [
            .. Enumerable.Range(0, Writers).Select(writer => blocking
                ? KeptThreads.Run(() => Write(pair.Client, writer))
                : Task.Run(() => WriteAsync(pair.Client, writer))),
        ];
        await Task.WhenAll(writing).WaitAsync(s_safety);
        await pair.Client.FlushAsync().WaitAsync(s_safety);
        await reading.WaitAsync(s_safety);

        TimeSpan took = Stopwatch.GetElapsedTime(begun);
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        output.WriteLine(FormattableString.Invariant(
            $"{s_writes} writes in {took.TotalSeconds:F2} s, {(double)allocated / s_writes:F2} B allocated for each in the whole process"));
    }

    private static byte[] Record(int writer)
    {
        byte[] record = new byte[Head + LargestBody];
        record.AsSpan().Fill((byte)(writer + 1));
        BinaryPrimitives.WriteInt32LittleEndian(record, writer);
        return record;
    }

    /// <returns>How much of the record is this write.</returns>
    private static int Number(byte[] record, int number)
    {
        int body = number % (LargestBody + 1);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(4), number);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(8), body);
        return Head + body;
    }

    private static void Write(Stream stream, int writer)
    {
        byte[] record = Record(writer);
        for (int number = 0; number < s_writes / Writers; number++)
        {
            stream.Write(record, 0, Number(record, number));
        }
    }

    private static async Task WriteAsync(Stream stream, int writer)
    {
        byte[] record = Record(writer);
        for (int number = 0; number < s_writes / Writers; number++)
        {
            await stream.WriteAsync(record.AsMemory(0, Number(record, number))).ConfigureAwait(false);
        }
    }

    private static async Task ReadAsync(Stream stream)
    {
        byte[] buffer = new byte[64 * 1024];
        int[] next = new int[Writers];
        int held = 0;
        for (int left = s_writes / Writers * Writers; left > 0;)
        {
            int count = await stream.ReadAsync(buffer.AsMemory(held)).ConfigureAwait(false);
            count.Should().BePositive();
            ReadOnlyMemory<byte> rest = buffer.AsMemory(0, held + count);
            while (Take(ref rest, next))
            {
                left--;
            }

            held = rest.Length;
            rest.CopyTo(buffer);
        }
    }

    private static bool Take(ref ReadOnlyMemory<byte> rest, int[] next)
    {
        if (rest.Length < Head)
        {
            return false;
        }

        ReadOnlySpan<byte> bytes = rest.Span;
        int writer = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        int number = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
        int body = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        if (writer is < 0 or >= Writers || number != next[writer] || body != number % (LargestBody + 1))
        {
            throw new InvalidOperationException($"Writer {writer}, number {number}, {body} bytes: two writes are mixed.");
        }

        if (bytes.Length < Head + body)
        {
            return false;
        }

        if (bytes.Slice(Head, body).IndexOfAnyExcept((byte)(writer + 1)) >= 0)
        {
            throw new InvalidOperationException($"Writer {writer}, number {number}: bytes of another write.");
        }

        next[writer]++;
        rest = rest[(Head + body)..];
        return true;
    }
}
