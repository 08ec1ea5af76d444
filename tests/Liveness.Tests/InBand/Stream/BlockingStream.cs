namespace Liveness.Tests.InBand;

/// <summary>
/// A foreign stream around another one, of which single calls never return, or return never-ending tasks, from a moment on.
/// </summary>
internal sealed class BlockingStream(Stream inner) : Stream
{
    private readonly TaskCompletionSource _never = new();
    private readonly ManualResetEventSlim _released = new();

    /// <summary>Reads end in no other way than by the data: neither cancellation nor a dispose ends them.</summary>
    public bool ReadsNeverEnd { get; set; }

    public bool WritesNeverEnd { get; set; }

    public bool FlushesNeverEnd { get; set; }

    /// <summary>The thread that disposes hangs in the call.</summary>
    public bool DisposeBlocks { get; set; }

    /// <summary>The thread that writes hangs in the call.</summary>
    public bool WritesBlock { get; set; }

    /// <summary>The thread that reads hangs in the call.</summary>
    public bool ReadsBlock { get; set; }

    /// <summary>The dispose is begun and never done.</summary>
    public bool DisposeNeverEnds { get; set; }

    public int Disposals { get; private set; }

    public Exception? WritesFail { get; set; }

    /// <summary>What a read throws once it would end.</summary>
    public Exception? ReadsFail { get; set; }

    /// <summary>Everything that was written.</summary>
    public MemoryStream Wire { get; } = new();

    /// <summary>Buffers of reads and writes that were begun and never ended, or failed and may hold them still.</summary>
    public List<ReadOnlyMemory<byte>> Held { get; } = [];

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Lets the threads go that hang in calls.</summary>
    public void Release() => _released.Set();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (ReadsBlock)
        {
            _released.Wait(CancellationToken.None);
        }

        if (ReadsNeverEnd)
        {
            Held.Add(buffer);
            await _never.Task.ConfigureAwait(false);
        }

        int count = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        return ReadsFail is null ? count : throw ReadsFail;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (WritesFail is not null)
        {
            Held.Add(buffer);
            throw WritesFail;
        }

        if (WritesBlock)
        {
            _released.Wait(CancellationToken.None);
        }

        if (WritesNeverEnd)
        {
            Held.Add(buffer);
            await _never.Task.ConfigureAwait(false);
        }

        Wire.Write(buffer.Span);
        await inner.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => FlushesNeverEnd ? _never.Task : inner.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        if (DisposeNeverEnds)
        {
            Disposals++;
            await _never.Task.ConfigureAwait(false);
        }

        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        Disposals++;
        if (DisposeBlocks)
        {
            _released.Wait();
        }

        inner.Dispose();
        base.Dispose(disposing);
    }
}
