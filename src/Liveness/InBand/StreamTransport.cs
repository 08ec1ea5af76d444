using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Liveness.KeepAlive;
using Liveness.Kernel;

namespace Liveness;

/// <summary>
/// Any duplex stream. It may block in every call, so nothing of it ever runs on the scheduler's thread, and nobody waits for its abort.
/// </summary>
internal sealed class StreamTransport : Transport, ITransportWitness
{
    private readonly Stream _stream;
    private readonly bool _leaveOpen;
    private readonly Action<Stream>? _abort;
    private readonly bool _isTrulyAsynchronous;
    private readonly Socket? _socket;

    /// <summary>Of the socket, where one is known.</summary>
    private SocketWitness _witness;

    /// <inheritdoc cref="_witness"/>
    private SocketTuning _tuning;

    /// <param name="stream">Readable and writable at the same time.</param>
    /// <param name="leaveOpen">Whether closing leaves it to its owner.</param>
    /// <param name="abort">Null = dispose it.</param>
    /// <param name="isTrulyAsynchronous">True for SslStream: its reads and writes never block the caller, and an empty read of it waits for
    /// bytes.</param>
    /// <param name="socket">What is beneath it all, where that is known: asked, but never read or written.</param>
    public StreamTransport(Stream stream, bool leaveOpen, Action<Stream>? abort, bool isTrulyAsynchronous, Socket? socket)
        : base(WhatIsRead(stream))
    {
        _stream = stream;
        _leaveOpen = leaveOpen;
        _abort = abort;
        _isTrulyAsynchronous = isTrulyAsynchronous;
        if (socket is not null)
        {
            _tuning = new SocketTuning(socket);
            _witness = new SocketWitness(socket);
            _socket = socket;
            Remote = RemoteName.Of(socket);
        }
    }

    public override EndPoint? Remote { get; }

    protected override object? Wrapped => WhatIsRead(_stream);

    /// <summary>Closing the stream leaves the socket beneath it to its owner.</summary>
    public bool LeavesInnerOpen { get; init; }

    /// <summary>The connection goes by the same clock as the kernel.</summary>
    public bool KernelAgesCount { get; init; }

    /// <inheritdoc cref="Transport.ReceivesWhatItFound"/>
    public bool HandsOverWhatItFound { get; init; }

    public override bool ReceivesWhatItFound => HandsOverWhatItFound;

    public override bool NeverBlocks => false;

    public override bool IsTrulyAsynchronous => _isTrulyAsynchronous;

    /// <summary>An empty read of a foreign stream may return at once, or look like its end.</summary>
    public override bool WaitsWithoutBuffer => _isTrulyAsynchronous;

    public override bool LeavesOpen => _leaveOpen;

    public override bool CallsAbort => _abort is not null && !_leaveOpen;

    public override ITransportWitness Witness => this;

    public override int RecordSize => _isTrulyAsynchronous ? 16 * 1024 : 0;

    /// <summary>A stream of a kind that we don't know may take a write as a whole: then nothing of it surfaces before all has arrived, and
    /// a beat is not heard meanwhile. TLS cuts it into records, which surface one by one.</summary>
    public override int MostPayload => _isTrulyAsynchronous ? base.MostPayload : (16 * 1024) - WireLimits.HeaderSize;

    public override int MostParts => 0;

    public override ValueTask<int> WaitForBytesAsync(CancellationToken cancellationToken) =>
        _stream.ReadAsync(Memory<byte>.Empty, cancellationToken);

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        _stream.ReadAsync(buffer, cancellationToken);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public override async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        await _stream.WriteAsync(bytes, CancellationToken.None).ConfigureAwait(false);
        await _stream.FlushAsync(CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>
    /// A stream of a kind that we don't know may dispose itself, or what is beneath it, because the peer has closed it: Kestrel does so.
    /// </summary>
    public override LossCertainty? ClosedHere(Exception? failure)
    {
        Socket? own = SocketBeneath(_stream);
        bool isKnown = own is not null || _stream is HeartbeatStream;
        return (isKnown && !_stream.CanRead) || (own is not null && IsDisposed(own)) ? LossCertainty.Proven
            : failure is not null && SocketErrorTable.IsDisposal(failure) ? LossCertainty.Likely
            : null;
    }

    public override void LimitUnsent(int bytes)
    {
        if (_socket is not null)
        {
            _tuning.LimitUnsent(_socket, this, bytes);
        }
    }

    public override TcpInfoSnapshot? RepairFaster(TimeSpan bound, bool isQuiet) =>
        _socket is null ? null : _tuning.RepairFaster(_socket, this, bound, isQuiet);

    public override void RememberLocalNetwork()
    {
        if (_socket is not null)
        {
            LocalNetwork.Remember(_socket);
        }
    }

    public override void LookAtLocalNetwork()
    {
        if (_socket is not null)
        {
            _witness.LookAtLocalNetwork(_socket);
        }
    }

    /// <summary>A stream has no half close.</summary>
    public override void ShutdownSend()
    {
    }

    public override bool ResetOvertakes =>
        SocketParting.IsNeeded && _socket is not null && _abort is null && !_leaveOpen && !LeavesInnerOpen;

    public override Task PartAsync(CancellationToken cancellationToken) => SocketParting.EndAsync(_socket!, cancellationToken);

    public override void Abort()
    {
        if (_leaveOpen)
        {
            PutBackOptions();
            return;
        }

        if (_abort is not null)
        {
            _abort(_stream);
        }
        else
        {
            CutOff();
            _stream.Dispose();
        }

        PutBackInner();
    }

    public override async ValueTask CloseAsync()
    {
        if (_leaveOpen)
        {
            PutBackOptions();
            return;
        }

        await _stream.DisposeAsync().ConfigureAwait(false);
        PutBackInner();
    }

    /// <summary>
    /// Above the kernel a completed read may wait for the thread pool, and TLS holds back a record until the last byte of it is there.
    /// </summary>
    WitnessReading ITransportWitness.Read() =>
        _socket is null
            ? NullTransportWitness.Instance.Read()
            : _witness.Read(_socket, hidesCompletedReads: true) with { HoldsBackRecords = KernelAgesCount };

    /// <summary>A FIN would wait behind data that nobody acknowledges; a reset goes at once.</summary>
    private void CutOff()
    {
        if (!LeavesInnerOpen && _socket is not null)
        {
            // Before the stream: that would say FIN first.
            SocketReset.Close(_socket);
        }
    }

    private static object WhatIsRead(Stream stream) => (object?)SocketBeneath(stream) ?? stream;

    private void PutBackInner()
    {
        if (LeavesInnerOpen)
        {
            PutBackOptions();
        }
    }

    private void PutBackOptions()
    {
        try
        {
            if (_socket is not null)
            {
                _tuning.PutBack(_socket, this);
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // Its owner has closed it: there is nothing left to put back.
        }
    }
}
