using System.Runtime.CompilerServices;

namespace Liveness;

/// <summary>Any duplex stream. It may block in every call, so nothing of it ever runs on the scheduler's thread, and nobody waits for its abort.</summary>
internal sealed class StreamTransport : Transport
{
    private readonly Stream _stream;
    private readonly bool _leaveOpen;
    private readonly Action<Stream>? _abort;
    private readonly bool _isTrulyAsynchronous;

    /// <param name="stream">Readable and writable at the same time.</param>
    /// <param name="leaveOpen">Whether closing leaves it to its owner.</param>
    /// <param name="abort">Null = dispose it.</param>
    /// <param name="isTrulyAsynchronous">True for SslStream: its reads and writes never block the caller, and an empty read of it waits for bytes.</param>
    public StreamTransport(Stream stream, bool leaveOpen, Action<Stream>? abort, bool isTrulyAsynchronous)
    {
        _stream = stream;
        _leaveOpen = leaveOpen;
        _abort = abort;
        _isTrulyAsynchronous = isTrulyAsynchronous;
    }

    public override bool NeverBlocks => false;

    public override bool IsTrulyAsynchronous => _isTrulyAsynchronous;

    /// <summary>An empty read of a foreign stream may return at once, or look like its end.</summary>
    public override bool WaitsWithoutBuffer => _isTrulyAsynchronous;

    public override bool LeavesOpen => _leaveOpen;

    public override ITransportWitness Witness => NullTransportWitness.Instance;

    /// <summary>A TLS record holds 16 KiB: a larger write is cut up all the same, and a smaller one surfaces whole.</summary>
    public override int MaxFramePayload => 16 * 1024 - WireLimits.HeaderSize;

    public override ValueTask<int> WaitForBytesAsync(CancellationToken cancellationToken) => _stream.ReadAsync(Memory<byte>.Empty, cancellationToken);

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) => _stream.ReadAsync(buffer, cancellationToken);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
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
