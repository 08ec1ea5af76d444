namespace Liveness.Tests.StreamContract;

/// <summary>A stream beneath another one that notes what reaches it, and fails when told to.</summary>
internal sealed class WatchedInner(Stream inner) : Stream
{
    private readonly TaskCompletionSource _failing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Exception? _writeFailure;
    private int _flushes;
    private int _disposals;

    public int Flushes => Volatile.Read(ref _flushes);

    public int Disposals => Volatile.Read(ref _disposals);

    public override bool CanRead => inner.CanRead;

    public override bool CanWrite => inner.CanWrite;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void FailReads(Exception failure) => _failing.TrySetException(failure);

    public void FailWrites(Exception failure) => _writeFailure = failure;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Task<int> reading = inner.ReadAsync(buffer, cancellationToken).AsTask();
        await (await Task.WhenAny(reading, _failing.Task));
        return await reading;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        if (_writeFailure is { } failure)
        {
            throw failure;
        }

        await inner.WriteAsync(buffer, cancellationToken);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override void Flush()
    {
        Interlocked.Increment(ref _flushes);
        inner.Flush();
    }

    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _flushes);
        return inner.FlushAsync(cancellationToken);
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Interlocked.Increment(ref _disposals);
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
