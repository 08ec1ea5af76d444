namespace Liveness.Tests.ForeignCode;

/// <summary>A stream of somebody else: passes everything on, and does something more when it is disposed.</summary>
internal sealed class HookedStream(Stream inner) : Stream
{
    public Action? OnDispose { get; init; }

    /// <summary>Awaited by every read.</summary>
    public Task? BeforeRead { get; init; }

    /// <summary>Asked and awaited when a read has been answered, before it says so, and before a write.</summary>
    public Func<Task>? Held { get; init; }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await (BeforeRead ?? Task.CompletedTask).WaitAsync(cancellationToken);
        int count = await inner.ReadAsync(buffer, cancellationToken);
        await (Held?.Invoke() ?? Task.CompletedTask);
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await (Held?.Invoke() ?? Task.CompletedTask);
        await inner.WriteAsync(buffer, cancellationToken);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        OnDispose?.Invoke();
        inner.Dispose();
        base.Dispose(disposing);
    }
}
