using System.IO.Pipelines;

namespace Liveness.AspNetCore;

/// <summary>What the application writes, on its way to a stream. A pipe lies between, as in Kestrel's own transport: cancelling a flush
/// ends only the waiting, what was written stays written, and when the connection is over flushes say that they are completed and do not
/// throw.</summary>
internal sealed class ApplicationOutput
{
    private readonly Pipe _pipe = new(new PipeOptions(useSynchronizationContext: false));
    private readonly Stream _stream;
    private readonly Task _pumping;

    /// <param name="stream">Is given everything, in order, and is not closed.</param>
    /// <param name="isOver">The connection takes no more.</param>
    public ApplicationOutput(Stream stream, CancellationToken isOver)
    {
        _stream = stream;
        _pumping = PumpAsync(isOver);
    }

    public PipeWriter Writer => _pipe.Writer;

    /// <summary>
    /// Sends what is left, unless the writer was completed with an exception, and returns when the stream has it or takes no more. Never
    /// throws.
    /// </summary>
    public async ValueTask FinishAsync()
    {
        await _pipe.Writer.CompleteAsync().ConfigureAwait(false);
        await _pumping.ConfigureAwait(false);
    }

    /// <summary>Sends nothing more. Never throws; what the stream holds back is left to itself.</summary>
    public void Discard() => _pipe.Writer.Complete(new OperationCanceledException());

    private async Task PumpAsync(CancellationToken isOver)
    {
        try
        {
            ReadResult result;
            do
            {
                result = await _pipe.Reader.ReadAsync(isOver).ConfigureAwait(false);
                foreach (ReadOnlyMemory<byte> part in result.Buffer)
                {
                    await _stream.WriteAsync(part, isOver).ConfigureAwait(false);
                }

                await _stream.FlushAsync(isOver).ConfigureAwait(false);
                _pipe.Reader.AdvanceTo(result.Buffer.End);
            }
            while (!result.IsCompleted);
        }
        catch (Exception)
        {
            // Lost, closed, or completed with an exception of the application's: whoever reads hears which. From now on every flush is
            // completed.
            await _pipe.Reader.CompleteAsync().ConfigureAwait(false);
            return;
        }

        await _pipe.Reader.CompleteAsync().ConfigureAwait(false);
    }
}
