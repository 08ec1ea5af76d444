namespace Liveness;

/// <summary>Any duplex stream. It may block in every call, so nothing of it ever runs on the scheduler's thread, and nobody waits for its abort.</summary>
internal sealed class StreamTransport : Transport
{
    private const int IdleBufferSize = 4 * 1024;
    private const int BusyBufferSize = 32 * 1024;

    private readonly Stream _stream;
    private readonly bool _leaveOpen;
    private readonly Action<Stream>? _abort;

    public StreamTransport(Stream stream, bool leaveOpen, Action<Stream>? abort)
    {
        _stream = stream;
        _leaveOpen = leaveOpen;
        _abort = abort;
    }

    public override bool NeverBlocks => false;

    public override bool LeavesOpen => _leaveOpen;

    public override ITransportWitness Witness => NullTransportWitness.Instance;

    public override int ReceiveSize(int lastCount, int lastSize) => lastSize != 0 && lastCount == lastSize ? BusyBufferSize : IdleBufferSize;

    /// <summary>An empty read of a foreign stream may return at once, or look like its end.</summary>
    public override ValueTask<int> WaitForBytesAsync(CancellationToken cancellationToken) => ValueTask.FromResult(0);

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) => _stream.ReadAsync(buffer, cancellationToken);

    public override async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        await _stream.WriteAsync(bytes, CancellationToken.None).ConfigureAwait(false);
        await _stream.FlushAsync(CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>A stream has no half close.</summary>
    public override void ShutdownSend()
    {
    }

    public override void Abort()
    {
        if (_leaveOpen)
        {
            return;
        }

        if (_abort is not null)
        {
            _abort(_stream);
        }
        else
        {
            _stream.Dispose();
        }
    }

    public override ValueTask CloseAsync() => _leaveOpen ? ValueTask.CompletedTask : _stream.DisposeAsync();
}
