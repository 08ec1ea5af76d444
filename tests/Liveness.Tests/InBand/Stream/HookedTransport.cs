namespace Liveness.Tests.InBand;

/// <summary>Tells before it sends anything, and before it writes to a buffer.</summary>
internal sealed class HookedTransport(Transport inner, Action beforeSend, Action? beforeReceive = null) : Transport
{
    public override bool NeverBlocks => inner.NeverBlocks;

    public override bool IsTrulyAsynchronous => inner.IsTrulyAsynchronous;

    public override bool WaitsWithoutBuffer => inner.WaitsWithoutBuffer;

    public override bool ReceivesWithoutWaiting => inner.ReceivesWithoutWaiting;

    public override ITransportWitness Witness => inner.Witness;

    public override bool LeavesOpen => inner.LeavesOpen;

    public override int RecordSize => inner.RecordSize;

    public override bool ReceivesWhatItFound => inner.ReceivesWhatItFound;

    public override bool TryReceive(Memory<byte> buffer, Memory<byte> next, out int count)
    {
        beforeReceive?.Invoke();
        return inner.TryReceive(buffer, next, out count);
    }

    public override ValueTask<int> WaitForBytesAsync(CancellationToken cancellationToken) => inner.WaitForBytesAsync(cancellationToken);

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) => inner.ReceiveAsync(buffer, cancellationToken);

    public override int MostParts => inner.MostParts;

    public override int TrySend(ReadOnlySpan<byte> bytes)
    {
        beforeSend();
        return inner.TrySend(bytes);
    }

    public override int TrySend(List<ArraySegment<byte>> parts)
    {
        beforeSend();
        return inner.TrySend(parts);
    }

    public override ValueTask SendAsync(ReadOnlyMemory<byte> bytes) => inner.SendAsync(bytes);

    public override void ShutdownSend() => inner.ShutdownSend();

    public override void Abort() => inner.Abort();

    public override ValueTask CloseAsync() => inner.CloseAsync();
}
