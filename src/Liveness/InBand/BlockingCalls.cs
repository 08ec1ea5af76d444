using System.Net.Sockets;

namespace Liveness;

/// <summary>The synchronous reads and writes: the asynchronous ones, waited for on the calling thread within a timeout.</summary>
internal static class BlockingCalls
{
    public static int Read(HeartbeatStream stream, Memory<byte> buffer, int timeout)
    {
        using CancellationTokenSource? limit = LimitOf(stream, timeout);
        try
        {
            ValueTask<int> reading = stream.ReadAsync(buffer, limit?.Token ?? CancellationToken.None);
            return reading.IsCompleted ? reading.GetAwaiter().GetResult() : reading.AsTask().GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            throw TimedOut("read", timeout);
        }
    }

    public static void Write(HeartbeatStream stream, ReadOnlyMemory<byte> buffer, int timeout)
    {
        using CancellationTokenSource? limit = LimitOf(stream, timeout);
        try
        {
            ValueTask writing = stream.WriteAsync(buffer, limit?.Token ?? CancellationToken.None);
            if (writing.IsCompleted)
            {
                writing.GetAwaiter().GetResult();
            }
            else
            {
                writing.AsTask().GetAwaiter().GetResult();
            }
        }
        catch (OperationCanceledException)
        {
            throw TimedOut("write", timeout);
        }
    }

    public static void Flush(HeartbeatStream stream, int timeout)
    {
        using CancellationTokenSource? limit = LimitOf(stream, timeout);
        try
        {
            stream.FlushAsync(limit?.Token ?? CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            throw TimedOut("flush", timeout);
        }
    }

    /// <summary>By the stream's own clock.</summary>
    private static CancellationTokenSource? LimitOf(HeartbeatStream stream, int timeout) => timeout == Timeout.Infinite
        ? null
        : new CancellationTokenSource(TimeSpan.FromMilliseconds(timeout), stream.Connection.Clock.TimeProvider);

    private static IOException TimedOut(string what, int timeout) =>
        new($"The {what} did not get through within its timeout of {timeout} ms.", new SocketException((int)SocketError.TimedOut));
}
