using System.Net.Sockets;

namespace Liveness;

/// <summary>The synchronous reads and writes: on the calling thread, within a timeout that counts from the call.</summary>
internal static class BlockingCalls
{
    public static int Read(InBandConnection connection, Memory<byte> buffer, int timeout)
    {
        using CancellationTokenSource? limit = timeout == Timeout.Infinite ? null : new CancellationTokenSource();
        try
        {
            ValueTask<int> reading = connection.Read.ReadAsync(buffer, limit?.Token ?? CancellationToken.None, blocks: true);
            if (reading.IsCompleted)
            {
                return reading.GetAwaiter().GetResult();
            }

            Task<int> task = reading.AsTask();
            if (!BlockedThread.For(connection, timeout).Wait(task))
            {
                limit!.Cancel();
            }

            return task.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            throw TimedOut("read", timeout);
        }
    }

    public static void Write(InBandConnection connection, ReadOnlyMemory<byte> buffer, int timeout)
    {
        if (!connection.Writes.Write(buffer, BlockedThread.For(connection, timeout)))
        {
            throw TimedOut("write", timeout);
        }
    }

    public static void Flush(InBandConnection connection, int timeout)
    {
        if (!connection.Writes.Flushes.Flush(BlockedThread.For(connection, timeout)))
        {
            throw TimedOut("flush", timeout);
        }
    }

    private static IOException TimedOut(string what, int timeout) =>
        new($"The {what} did not get through within its timeout of {timeout} ms.", new SocketException((int)SocketError.TimedOut));
}
