using Liveness.Testing;

namespace Liveness.Tests.InBand;

/// <summary>One end of a link as if it were a socket: it never blocks, so the scheduler's thread writes on it, too; it is waited for without a buffer, and can be closed by halves.</summary>
internal sealed class SocketLikeTransport(Stream end) : Transport
{
    public override bool NeverBlocks => true;

    public override bool IsTrulyAsynchronous => true;

    public override bool WaitsWithoutBuffer => true;

    public override int MaxFramePayload => 16 * 1024;

    public override bool LeavesOpen => false;

    public override ITransportWitness Witness => NullTransportWitness.Instance;

    public override ValueTask<int> WaitForBytesAsync(CancellationToken cancellationToken) => end.ReadAsync(Memory<byte>.Empty, cancellationToken);

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) => end.ReadAsync(buffer, cancellationToken);

    public override ValueTask SendAsync(ReadOnlyMemory<byte> bytes) => end.WriteAsync(bytes, CancellationToken.None);

    public override void ShutdownSend() => InMemoryLink.CompleteWrites(end);

    public override void Abort() => InMemoryLink.Abort(end);

    public override ValueTask CloseAsync() => end.DisposeAsync();
}
