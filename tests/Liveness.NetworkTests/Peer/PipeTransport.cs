using System.IO.Pipelines;
using System.Net.Sockets;

namespace Liveness.NetworkTests.Peer;

/// <summary>
/// A stream over two pipes, pumped over a socket by two threads of their own: the library sees neither a socket nor what waits in the
/// kernel.
/// </summary>
internal static class PipeTransport
{
    private const int ChunkSize = 64 * 1024;

    public static Stream Open(Socket socket)
    {
        // Without a threshold a flush never waits, so the pumps need no pool.
        PipeOptions options = new(pauseWriterThreshold: 0, readerScheduler: PipeScheduler.ThreadPool, useSynchronizationContext: false);
        Pipe incoming = new(options);
        Pipe outgoing = new(options);
        new Thread(() => PumpIn(socket, incoming.Writer)) { IsBackground = true, Name = "pump in" }.Start();
        new Thread(() => PumpOut(socket, outgoing.Reader)) { IsBackground = true, Name = "pump out" }.Start();
        return new DuplexStream(incoming.Reader.AsStream(), outgoing.Writer.AsStream());
    }

    private static void PumpIn(Socket socket, PipeWriter writer)
    {
        Exception? failure = null;
        try
        {
            while (socket.Receive(writer.GetSpan(ChunkSize)) is var count and > 0)
            {
                writer.Advance(count);
                writer.FlushAsync().AsTask().Wait();
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            failure = exception;
        }

        writer.Complete(failure);
    }

    private static void PumpOut(Socket socket, PipeReader reader)
    {
        try
        {
            while (reader.ReadAsync().AsTask().Result is var result && !(result.IsCompleted && result.Buffer.IsEmpty))
            {
                foreach (ReadOnlyMemory<byte> part in result.Buffer)
                {
                    socket.Send(part.Span);
                }

                reader.AdvanceTo(result.Buffer.End);
            }

            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            reader.Complete(exception);
        }
    }
}
