using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Liveness.AspNetCore;

/// <summary>Writes to a stream, and behaves as Kestrel's own transport does when the connection is over: flushes say that they are completed, and do not throw.
/// What stands above takes an exception from a flush for an error worth logging.</summary>
internal sealed class ApplicationPipeWriter(Stream stream) : PipeWriter
{
    private readonly PipeWriter _inner = Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
    private byte[] _wastepaper = [];
    private bool _isOver;
    private bool _isCompleted;
    private Exception? _completedWith;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _isOver ? 0 : _inner.UnflushedBytes;

    public override void Advance(int bytes)
    {
        if (!_isOver)
        {
            _inner.Advance(bytes);
        }
    }

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        ThrowIfCompleted();
        return _isOver ? Wastepaper(sizeHint) : _inner.GetMemory(sizeHint);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void CancelPendingFlush() => _inner.CancelPendingFlush();

    /// <summary>Sends nothing: that would block. <see cref="FinishAsync"/> does.</summary>
    public override void Complete(Exception? exception = null)
    {
        if (!_isCompleted)
        {
            _isCompleted = true;
            _completedWith = exception;
        }
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => _isOver ? Over : GuardAsync(_inner.FlushAsync(cancellationToken));

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        ThrowIfCompleted();
        return _isOver ? Over : GuardAsync(_inner.WriteAsync(source, cancellationToken));
    }

    /// <summary>Sends what was written and not flushed, unless it was completed with an exception.</summary>
    /// <param name="cancellationToken">The connection is over.</param>
    public async ValueTask FinishAsync(CancellationToken cancellationToken)
    {
        if (_completedWith is null && UnflushedBytes > 0)
        {
            try
            {
                await FlushAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // Nobody takes it any more.
                return;
            }
        }
    }

    /// <summary>Gives the buffers back. An exception keeps the inner writer from sending what is left.</summary>
    public void Discard()
    {
        Complete();
        _inner.Complete(new OperationCanceledException());
    }

    private static ValueTask<FlushResult> Over => new(new FlushResult(isCanceled: false, isCompleted: true));

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<FlushResult> GuardAsync(ValueTask<FlushResult> flushing)
    {
        try
        {
            return await flushing.ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            // Lost or closed: whoever reads hears which.
            _isOver = true;
            return new FlushResult(isCanceled: false, isCompleted: true);
        }
    }

    private Memory<byte> Wastepaper(int sizeHint)
    {
        if (_wastepaper.Length == 0 || _wastepaper.Length < sizeHint)
        {
            _wastepaper = new byte[Math.Max(sizeHint, 4096)];
        }

        return _wastepaper;
    }

    private void ThrowIfCompleted()
    {
        if (_isCompleted)
        {
            throw new InvalidOperationException("Writing is not allowed after the writer was completed.");
        }
    }
}
